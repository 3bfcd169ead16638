"""The ground of the API: who asks, what may be asked, and how an answer looks. The rooms' `api.py` stand on it.

Nothing here knows an organisation or an hour. A room declares a `Resource` with its gates, its row, its filters and
its verbs; the roof (`advisory.web.api`) holds the addresses and the schema.
"""
