"""Runs moto's server so that it never outlives the tests, not even when they are killed."""

import sys

from end_with_parent import end_with_parent
from moto.server import main

if __name__ == "__main__":
    end_with_parent()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
