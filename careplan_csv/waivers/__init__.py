"""Findings that somebody has accepted for a time: the list of waivers, how it is applied, and a draft of one."""
