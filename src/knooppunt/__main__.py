"""`python -m knooppunt` is the command `knooppunt`."""

import sys


def main() -> int:
    """Runs one command. `decide` on a file goes straight to its answer: the other commands need Django."""
    if len(sys.argv) == 3 and sys.argv[1] == "decide" and (sys.argv[2] == "-" or not sys.argv[2].startswith("-")):
        from knooppunt.site.answering import decide

        return decide(sys.argv[2])
    from knooppunt.site import commandline

    return commandline.main()


if __name__ == "__main__":
    sys.exit(main())
