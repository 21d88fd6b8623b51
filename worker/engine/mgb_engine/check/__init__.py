"""`mgb-engine check`: does the engine work on this machine, is it exact, and how fast is it?"""
