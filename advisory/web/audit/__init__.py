"""The audit log on screen: every change by whom, when and why, with what it was before and after."""
