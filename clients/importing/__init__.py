"""Organisations and contacts out of a file: read, compared with what is here, shown, and taken in whole or not."""
