def test_rules_of_packs_are_silenced_and_missed_like_our_own(check, write):
    write(
        "train.py",
        """\
        import keras  # noqa: E501, ACME001

        keras.Sequential([]).fit(x, shuffle="twice", verbose=0)  # noqa: E501, ACME002
        keras.Sequential([]).fit(x, shuffle="twice", verbose=0)  # keraslint: ignore[ACME0]
        keras.Sequential([]).fit(x, verbose=0)  # noqa: F401, E501
        """,
    )
    assert check("--output-format", "concise").stdout == "All is well in 1 file (2 suppressed).\n"
    result = check("--output-format", "concise", "--extend-select", "KL001")
    assert (
        result.stdout
        == """\
train.py:1:15: KL001 of `# noqa: E501, ACME001`, ACME001 silences nothing; remove that
Found 1 warning in 1 file (2 suppressed).
"""
    )
