"""Coming in: second factors, single sign-on with the own organisation's account, sessions, and keeping guessers out."""
