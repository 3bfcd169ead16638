from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

import advisory.kernel.guards

CHUNK = 1000


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Every line that named a pot gets one share: all of its discount, which is negative on credit notes.

    A discount that came to nothing gets a share of nothing, so that the text the document was sealed with can be
    told again.
    """
    lines = apps.get_model("billing", "InvoiceLine").objects.using(schema_editor.connection.alias)
    shares = apps.get_model("billing", "PotShare").objects.using(schema_editor.connection.alias)
    without = lines.filter(pot__isnull=False).exclude(Exists(shares.filter(line=OuterRef("pk"))))
    make, last = shares.model, 0
    while some := list(without.filter(pk__gt=last).order_by("pk").only("invoice", "pot", "discount", "currency")[:CHUNK]):
        shares.bulk_create(
            make(line_id=line.pk, invoice_id=line.invoice_id, position=1, pot_id=line.pot_id, amount=line.discount)
            for line in some
        )
        last = some[-1].pk
    if schema_editor.connection.vendor == "postgresql":
        # Keys that are checked at the end of the transaction would hold up the changes of the tables below.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_accounts_with_assets_by_hand")]

    operations = [
        # Shares may not be added to an issued document. These lines have theirs already, under another name.
        migrations.RemoveConstraint(model_name="potshare", name="pot_share_sealed"),
        migrations.RunPython(carry_over),
        migrations.AddConstraint(
            model_name="potshare",
            constraint=advisory.kernel.guards.Sealed(
                name="pot_share_sealed",
                column="invoice_id",
                by_table="billing_invoice",
                by_column="number",
                operations=("INSERT",),
            ),
        ),
        migrations.RemoveConstraint(model_name="invoiceline", name="line_discount_from_a_pot"),
        migrations.RemoveField(model_name="invoiceline", name="pot"),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=advisory.kernel.guards.CoveredByParts(
                name="invoice_discount_paid_by_pots",
                key="number",
                line=("billing_invoiceline", "discount"),
                line_header="invoice_id",
                part=("billing_potshare", "amount"),
                part_line="line_id",
            ),
        ),
    ]
