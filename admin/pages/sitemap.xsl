<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" exclude-result-prefixes="s">
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>

<xsl:variable name="count" select="count(//s:url | //s:sitemap)"/>

<xsl:template match="/">
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="robots" content="noindex"/>
<title>Sitemap</title>
<style>
:root { color-scheme: light dark; --paper: #fff; --ink: #15171a; --soft: #555b62; --rule: #d8d8d4; --accent: #9a1b1b; --focus: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --paper: #131517; --ink: #e8e6e1; --soft: #a5a9ae; --rule: #33373b; --accent: #f2a099; --focus: #8ab4f8; } }
* { box-sizing: border-box; }
body { max-width: 64rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 ui-sans-serif, system-ui, sans-serif; }
h1 { margin: 0; font: 700 2rem/1.2 Georgia, "Noto Serif", serif; }
p { margin: .5rem 0 0; max-width: 40rem; color: var(--soft); }
table { width: 100%; margin-top: 2rem; border-collapse: collapse; }
th { padding: .5rem 0; border-bottom: 1px solid var(--ink); font-size: .875rem; text-align: left; }
td { padding: .5rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
th + th, td + td { padding-left: 1.5rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
td + td { color: var(--soft); }
a { color: inherit; text-underline-offset: .18em; text-decoration-color: var(--rule); }
a:hover { color: var(--accent); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
@media (max-width: 40rem) {
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  table { border-top: 1px solid var(--ink); }
  td { border: 0; padding: .75rem 0 0; }
  td + td { padding: 0; font-size: .875rem; }
  tr { padding-bottom: .75rem; border-bottom: 1px solid var(--rule); }
}
</style>
</head>
<body>
<h1>Sitemap</h1>
<p>Search engines read this file to find the pages of this site. It names <xsl:value-of select="format-number($count, '#,##0')"/><xsl:choose><xsl:when test="$count = 1"> address.</xsl:when><xsl:otherwise> addresses.</xsl:otherwise></xsl:choose><xsl:if test="/s:urlset"><xsl:text> </xsl:text><a href="wp-sitemap.xml">All files of the sitemap</a></xsl:if></p>
<table>
<thead><tr><th scope="col">Address</th><xsl:if test="//s:lastmod"><th scope="col">Last changed</th></xsl:if></tr></thead>
<tbody><xsl:apply-templates select="//s:url | //s:sitemap"/></tbody>
</table>
</body>
</html>
</xsl:template>

<xsl:template match="s:url | s:sitemap">
<tr><td><a href="{s:loc}"><xsl:value-of select="s:loc"/></a></td><xsl:if test="//s:lastmod"><td><xsl:value-of select="concat(substring(s:lastmod, 1, 10), ' ', substring(s:lastmod, 12, 5))"/></td></xsl:if></tr>
</xsl:template>
</xsl:stylesheet>
