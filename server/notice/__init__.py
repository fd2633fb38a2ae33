"""Notices outside the API: in mails, and on the page that a mail's link opens."""
