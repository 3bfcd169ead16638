"""Where personal data lies, so that it can be shown to the person, and taken away.

`sources` is the register that every storey fills: each table is either a source or left out with a reason, and a test
fails on a table that is neither. `mentions` finds a person's name, address and telephone in free text and replaces
them; `export` reads all about a person or an organisation; `erasure` tells beforehand what becomes of each, and does
it.
"""
