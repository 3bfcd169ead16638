"""The pages of invoicing for staff: proposals, one proposal, review and receipt, the register, credit notes."""
