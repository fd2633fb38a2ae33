"""Reports: who took what, where it ran, in which language, and how far it travelled.

table     what a report is: columns, rows, and what each row goes back to
period    the time that a report is about, and the one before it
measure   figures summed over copies
copies    the ledger, and counts of copies by language and country, outlet and month; chains
stories   stories, series, topics and enterprises; what was supplied and what nobody took
partners  how partners keep what was agreed; what has to be looked after
annex     the official accounts, and the figures behind all figures
catalogue every report by its name
"""
