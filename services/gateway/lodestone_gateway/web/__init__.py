"""The product's pages: one more adapter over the use cases, rendered here and kept live by the events feed.

    assets      stylesheets, scripts and their one versioned address
    session     the cookie: local users, or the identity provider's token
    pages       templates → answers, with the headers that every page has
    chrome      what the frame around every page shows
    words       states, kinds, money and times in words
    counts      numbers that become elements of a page
    forms       a posted form → a draft; a model, or messages beside its fields
    create      /create: the context, ideas, an own idea
    library     /library: lead magnets and the workspace of each
    jobs        /jobs: what runs and what ran
    console     /console: the operators' pages

Every address serves a complete page: a reload, another tab and the back button show the same state. Scripts
only send forms, and fetch the same page again when something has happened.
"""
