// npm's prepare step: nothing to do before the console is there.
