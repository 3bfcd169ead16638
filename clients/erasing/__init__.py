"""Who a person is across the tables, and erasing a person or an organisation."""
