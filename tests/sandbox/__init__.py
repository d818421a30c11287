"""Tests of the stand-in for GoTo, against its real process over HTTP."""
