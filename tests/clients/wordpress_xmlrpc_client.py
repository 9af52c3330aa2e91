"""python-wordpress-xmlrpc, unmodified, against a running server: address, login and password are the arguments."""

import collections
import collections.abc
import sys
import xmlrpc.client

# The package is older than Python 3.10, which took this name away; the package itself is not touched.
collections.Iterable = collections.abc.Iterable

from wordpress_xmlrpc import Client, WordPressComment, WordPressPage, WordPressPost, WordPressTerm  # noqa: E402
from wordpress_xmlrpc.compat import xmlrpc_client  # noqa: E402
from wordpress_xmlrpc.exceptions import InvalidCredentialsError  # noqa: E402
from wordpress_xmlrpc.methods import (  # noqa: E402
    comments, demo, media, options, pages, posts, taxonomies, users,
)

url, login, secret = sys.argv[1:4]
client = Client(url, login, secret)

# the smallest GIF
GIF = (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
       b"\x02\x02D\x01\x00;")


def same(given, wanted):
    assert given == wanted, f"{given!r} is not {wanted!r}"


def demos():
    same(client.call(demo.SayHello()), "Hello!")
    same(client.call(demo.AddTwoNumbers(3, 4)), 7)


def terms():
    news = WordPressTerm()
    news.taxonomy, news.name = "category", "Dispatches"
    news.id = client.call(taxonomies.NewTerm(news))
    below = WordPressTerm()
    below.taxonomy, below.name, below.parent = "category", "Letters", news.id
    below.id = client.call(taxonomies.NewTerm(below))
    below.name = "Letters to us"
    assert client.call(taxonomies.EditTerm(below.id, below))
    same(client.call(taxonomies.GetTerm("category", below.id)).name, "Letters to us")
    listed = client.call(taxonomies.GetTerms("category", {"search": "dispatch"}))
    same([term.id for term in listed], [news.id])
    assert client.call(taxonomies.DeleteTerm("category", below.id))
    same(client.call(taxonomies.GetTaxonomy("category")).hierarchical, True)
    assert "post_tag" in [taxonomy.name for taxonomy in client.call(taxonomies.GetTaxonomies())]
    return client.call(taxonomies.GetTerm("category", news.id))


def picture():
    sent = {"name": "dot.gif", "type": "image/gif", "bits": xmlrpc_client.Binary(GIF), "overwrite": False}
    answer = client.call(media.UploadFile(sent))
    same((answer["file"], answer["type"]), ("dot.gif", "image/gif"))
    item = client.call(media.GetMediaItem(answer["id"]))
    same((item.id, item.link), (answer["id"], answer["url"]))
    assert item.id in [one.id for one in client.call(media.GetMediaLibrary({}))]
    return item


def blog_posts(category, image):
    post = WordPressPost()
    post.title, post.content, post.slug = "Written by a stock client", "<p>First text</p>", "stock-client"
    post.post_status, post.comment_status = "publish", "open"
    post.terms = [category]
    post.terms_names = {"post_tag": ["python", "clients"]}
    post.custom_fields = [{"key": "source", "value": "python"}]
    post.thumbnail = image.id
    post.id = client.call(posts.NewPost(post))
    read = client.call(posts.GetPost(post.id))
    same((read.title, read.content, read.slug), (post.title, post.content, post.slug))
    same(sorted(term.name for term in read.terms), ["Dispatches", "clients", "python"])
    same(read.thumbnail["attachment_id"], image.id)
    same([field["value"] for field in read.custom_fields], ["python"])
    read.content = "<p>Second text</p>"
    read.thumbnail = image.id
    assert client.call(posts.EditPost(read.id, read))
    again = client.call(posts.GetPost(post.id))
    same((again.content, again.date, len(again.custom_fields)), ("<p>Second text</p>", read.date, 1))
    assert again.post_status == "publish"
    assert post.id in [one.id for one in client.call(posts.GetPosts({"number": 5, "orderby": "date"}))]
    same(client.call(posts.GetPostFormats())["aside"], "Aside")
    same(client.call(posts.GetPostStatusList())["publish"], "Published")
    same(client.call(posts.GetPostType("page")).name, "page")
    assert "post" in client.call(posts.GetPostTypes())
    draft = WordPressPost()
    draft.title = "To be thrown away"
    draft.id = client.call(posts.NewPost(draft))
    assert client.call(posts.DeletePost(draft.id))
    return post


def site_pages():
    page = WordPressPage()
    page.title, page.content, page.post_status = "A page by a stock client", "Text", "publish"
    page.id = client.call(posts.NewPost(page))
    listed = client.call(posts.GetPosts({"post_type": "page", "number": 20}, results_class=WordPressPage))
    assert page.id in [one.id for one in listed]
    same(client.call(pages.GetPageStatusList())["publish"], "Published")
    assert "Default" in client.call(pages.GetPageTemplates())
    assert client.call(posts.DeletePost(page.id))


def discussion(post):
    comment = WordPressComment()
    comment.content = "Well said"
    comment.id = client.call(comments.NewComment(post.id, comment))
    read = client.call(comments.GetComment(comment.id))
    same((read.content, read.status, read.post), ("Well said", "approve", post.id))
    read.content = "Very well said"
    assert client.call(comments.EditComment(read.id, read))
    listed = client.call(comments.GetComments({"post_id": post.id}))
    same([one.content for one in listed], ["Very well said"])
    same(client.call(comments.GetCommentCount(post.id))["approved"], 1)
    assert "hold" in client.call(comments.GetCommentStatusList())
    assert client.call(comments.DeleteComment(read.id))


def settings():
    title = client.call(options.GetOptions(["blog_title"]))[0]
    same(title.name, "blog_title")
    client.call(options.SetOptions({"blog_tagline": "Set by a stock client"}))
    same(client.call(options.GetOptions("blog_tagline"))[0].value, "Set by a stock client")


def accounts():
    profile = client.call(users.GetProfile())
    same(profile.username, login)
    profile.bio = "Signs in with an application password."
    client.call(users.EditProfile(profile))
    same(client.call(users.GetUser(profile.id)).bio, profile.bio)
    assert profile.id in [one.id for one in client.call(users.GetUsers())]
    assert profile.id in [one.id for one in client.call(users.GetAuthors())]
    same(client.call(users.GetUserInfo()).id, profile.id)
    same([blog.xmlrpc for blog in client.call(users.GetUsersBlogs())], [url])


def refusals():
    try:
        Client(url, login, "wrong").call(users.GetProfile())
    except InvalidCredentialsError:
        pass
    else:
        raise AssertionError("a wrong password signed in")
    try:
        client.call(posts.GetPost(99999))
    except xmlrpc.client.Fault as fault:
        same(fault.faultCode, 404)
    else:
        raise AssertionError("a post that is not there was shown")
    assert "wp.getPost" in client.supported_methods


demos()
written = blog_posts(terms(), picture())
site_pages()
discussion(written)
settings()
accounts()
refusals()
print("all well")
