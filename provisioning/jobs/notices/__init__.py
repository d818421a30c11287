"""Telling people and programs what happened: notices, and the mails and webhook calls that come of them."""
