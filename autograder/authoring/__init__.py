"""From solutions and Markdown to what students get: scaffolds, notebooks, audit, release, site."""
