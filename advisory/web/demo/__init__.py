"""The demo: an invented centre with invented organisations, a year of work and its invoices.

`build` makes it all in one transaction and in a fixed order, so that the same wishes give the same rows. Nothing is
random but by `Wishes.dice`, and no clock is read: every moment comes from `Wishes.as_of`, before which everything lies.

| file | what it makes |
|---|---|
| `wishes` | how much of it, and the calendar |
| `words`, `stories` | the words that it is written with |
| `people`, `house` | who may sign in; seller, service types, internal activities |
| `organisations` | organisations with contacts and notes |
| `engagements`, `hours`, `results` | what was done for them, hour by hour, and what came of it |
| `official`, `selfcost` | on-costs and interest; the cost bases and rates of advice and courses |
| `discounts`, `cases`, `pots` | tier table, declarations and decisions; who pays the discounts |
| `invoices` | month by month: issued, credited, closed; the last month proposed |
| `accounts` | the fund as it was brought in, a year that is closed, the accounts of the next one begun |
| `joint` | hours that two share, and help that one pays for another |

Where many rows of a kind are wanted they are written at once (`bulk_create`) with the very facts that their verb
would write, audit event included; rates, service types, pots' ledgers, invoices, credit notes, closed months and
access go through their verbs.
"""
