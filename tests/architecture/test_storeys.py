"""What import-linter cannot see: names in strings point down too."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from tests.architecture.sources import STOREYS, at, calls, module, nodes, python_files, storey

LABELS = {"kernel": 0, "clients": 1, "engagements": 2, "billing": 3, "web": 4}
DOTTED = re.compile(r"(?:advisory\.(?:kernel|web)|clients|engagements|billing)(?:\.\w+)+")


#: What only the doors of the API know.
FRAMEWORK = ("rest_framework", "drf_spectacular", "django_filters")


def test_only_the_api_knows_its_framework() -> None:
    outside = [
        at(path, node)
        for path in python_files()
        if path.name != "api.py" and path.parent.name != "api"
        for node in nodes(path)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FRAMEWORK))
        or (isinstance(node, ast.Import) and any(name.name.startswith(FRAMEWORK) for name in node.names))
    ]
    assert not outside, "a room's api.py, or a folder api"


def test_relations_of_models_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and isinstance(field.related_model, type)
        and LABELS.get(field.related_model._meta.app_label, 0) > LABELS.get(model._meta.app_label, 99)
    ]
    assert not upward


def test_migrations_depend_downward() -> None:
    upward = [
        f"{app}.{name} → {other}"
        for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()
        if app in LABELS
        for other, _name in migration.dependencies
        if LABELS.get(other, 0) > LABELS[app]
    ]
    assert not upward


def test_dotted_names_in_strings_point_down_and_lead_somewhere() -> None:
    upward, dead = [], []
    for path in python_files():
        here = storey(module(path))
        if here is None:
            continue
        for node in nodes(path):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value)):
                continue
            there = storey(node.value)
            if there is not None and there > here:
                upward.append(f"{at(path, node)} {node.value}")
            if not _leads_somewhere(node.value):
                dead.append(f"{at(path, node)} {node.value}")
    assert not upward
    assert not dead


def _leads_somewhere(name: str) -> bool:
    """A module, something in a module, a model's label, or the name of a permission-like fact of the audit log."""
    if name.split(".")[0] in LABELS and len(name.split(".")) == 2:
        return True
    try:
        import_string(name)
    except ImportError:
        try:
            __import__(name)
        except ImportError:
            return False
    return True


def test_models_are_not_fetched_by_name_from_above() -> None:
    upward = []
    for path in python_files():
        here = storey(module(path))
        for call in calls(path):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name == "get_model" and call.args and isinstance(call.args[0], ast.Constant):
                label = str(call.args[0].value).split(".")[0]
                if here is not None and LABELS.get(label, 0) > here:
                    upward.append(f"{at(path, call)} {label}")
    assert not upward


def test_the_apps_of_the_settings_are_the_storeys() -> None:
    assert [app for app in settings.INSTALLED_APPS if storey(app) is not None] == list(STOREYS)


@pytest.mark.parametrize("label", sorted(set(LABELS) - {"web"}))
def test_nothing_is_deleted_along_with_its_parent(label: str) -> None:
    """CASCADE would carry a deletion towards issued documents; rows between two tables (teams) are no one's."""
    cascades = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and getattr(field.remote_field, "on_delete", None) is models.CASCADE
    ]
    assert not cascades
