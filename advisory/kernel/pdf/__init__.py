"""The sheet that documents are drawn on: A4 in 66 lines, two weights of one typeface, plain text only.

Text is drawn as it stands: nothing here, or above, parses markup, opens a file named in a text or asks a host.
Only this package imports reportlab's drawing; the renderers above get a `Sheet`.
"""
