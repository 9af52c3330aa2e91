"""Asks two servers the same over XML-RPC and compares the answers: faults by number, values by members and types.

    xmlrpc_diff.py URL LOGIN PASSWORD URL LOGIN PASSWORD    the first is the model, a WordPress with nothing but its samples

Prints what differs and exits 1 if more differs than `KNOWN` says. Both servers are written to.
"""

import sys
import xmlrpc.client

GIF = (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
       b"\x02\x02D\x01\x00;")

# Members that one side alone has, or has otherwise, each with its reason in docs/xmlrpc.md.
KNOWN = {
    "labels.*", "cap.*", "sizes.*", "metadata.sizes", "wp.getPageTemplates.*", "wp.getPostTypes.*", "term_group",
    "wp.getOptions.post_thumbnail", "menu_icon",
}


class Server:
    def __init__(self, url, login, password):
        self.proxy = xmlrpc.client.ServerProxy(url)
        self.login, self.password = login, password
        self.seen = {}

    def fill(self, value):
        """The ids that names stand for."""
        if isinstance(value, dict):
            return {name: self.fill(member) for name, member in value.items()}
        return self.seen.get(value, value) if isinstance(value, str) else value

    def ask(self, method, before, after):
        """The answer, or the fault's number."""
        try:
            signed = [] if before is None else [*map(self.fill, before), self.login, self.password]
            return getattr(self.proxy, method)(*signed, *map(self.fill, after))
        except xmlrpc.client.Fault as fault:
            return ("fault", fault.faultCode)
        except (xmlrpc.client.ProtocolError, ConnectionError) as error:
            self.proxy("close")()
            return ("failed", str(error))


def shape(value):
    """Types instead of values; the first item stands for a list."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, tuple):
        return value
    return type(value).__name__


def differences(path, model, other):
    if isinstance(model, dict) and isinstance(other, dict):
        for name in sorted(model.keys() | other.keys()):
            inside = f"{path}.{name}"
            if name not in other:
                yield inside, "missing"
            elif name not in model:
                yield inside, "more"
            else:
                yield from differences(inside, model[name], other[name])
    elif isinstance(model, list) and isinstance(other, list):
        if bool(model) != bool(other):
            yield path, f"{model} / {other}"
        elif model:
            yield from differences(path + "[]", model[0], other[0])
    elif model != other:
        yield path, f"{model} / {other}"


def known(path):
    names = path.replace("[]", "").split(".")
    tails = {".".join(names[-2:]), names[-1], f"{names[-2]}.*", f"{'.'.join(names[:2])}.*"}
    return bool(tails & KNOWN)


BLOG = [1]
OPEN = None
# what to ask: a name for the answer's id, method, what goes before the login and after it
STEPS = [
    ("", "system.getCapabilities", OPEN, []),
    ("", "demo.sayHello", OPEN, []),
    ("", "demo.addTwoNumbers", OPEN, [1, 2]),
    ("", "no.such", OPEN, []),
    ("", "wp.getPost", OPEN, [1]),
    ("", "wp.getUsersBlogs", [], []),
    ("cat", "wp.newTerm", BLOG, [{"taxonomy": "category", "name": "Compared"}]),
    ("$post", "wp.newPost", BLOG, [{
        "post_title": "One", "post_content": "Text", "post_status": "publish", "comment_status": "open",
        "terms_names": {"category": ["Compared"], "post_tag": ["a", "b"]},
        "custom_fields": [{"key": "k", "value": "v"}]}]),
    ("", "wp.getPost", BLOG, ["$post"]),
    ("", "wp.getPost", BLOG, ["$post", ["post_title", "terms", "enclosure"]]),
    ("", "wp.getPosts", BLOG, [{"number": 1, "post_status": "publish"}, ["post"]]),
    ("", "wp.getPosts", BLOG, [{"post_type": "nothing"}]),
    ("", "wp.newPost", BLOG, [{"post_type": "nothing"}]),
    ("", "wp.newPost", BLOG, [{}]),
    ("", "wp.newPost", BLOG, [{"post_title": "x", "post_author": 9999}]),
    ("", "wp.newPost", BLOG, [{"post_title": "x", "post_thumbnail": 9999}]),
    ("", "wp.newPost", BLOG, [{"post_title": "x", "terms": {"nothing": [1]}}]),
    ("", "wp.newPost", BLOG, [{"post_title": "x", "terms": {"category": [9999]}}]),
    ("", "wp.editPost", BLOG, ["$post", {"post_content": "Other"}]),
    ("", "wp.editPost", BLOG, ["$post", {"post_type": "page"}]),
    ("", "wp.editPost", BLOG, ["$post", {"if_not_modified_since": xmlrpc.client.DateTime("20200101T00:00:00")}]),
    ("", "wp.editPost", BLOG, [9999, {}]),
    ("", "wp.getRevisions", BLOG, ["$post"]),
    ("", "wp.getRevisions", BLOG, ["$post", ["post"]]),
    ("", "wp.getRevisions", BLOG, [9999]),
    ("", "wp.restoreRevision", BLOG, [9999]),
    ("", "wp.getTaxonomies", BLOG, []),
    ("", "wp.getTaxonomy", BLOG, ["category"]),
    ("", "wp.getTaxonomy", BLOG, ["nothing"]),
    ("", "wp.getTerms", BLOG, ["category"]),
    ("", "wp.getTerm", BLOG, ["category", 9999]),
    ("", "wp.getTerm", BLOG, ["nothing", 1]),
    ("", "wp.newTerm", BLOG, [{"taxonomy": "category", "name": "Compared"}]),
    ("", "wp.newTerm", BLOG, [{"taxonomy": "category", "name": ""}]),
    ("", "wp.newTerm", BLOG, [{"taxonomy": "category", "name": "x", "parent": 9999}]),
    ("", "wp.newTerm", BLOG, [{"name": "x"}]),
    ("", "wp.editTerm", BLOG, [9999, {"taxonomy": "category"}]),
    ("", "wp.deleteTerm", BLOG, ["category", 9999]),
    ("", "wp.newCategory", BLOG, [{"name": "Compared"}]),
    ("", "wp.newCategory", BLOG, [{"name": ""}]),
    ("", "wp.deleteCategory", BLOG, [9999]),
    ("", "wp.getCategories", BLOG, []),
    ("", "wp.suggestCategories", BLOG, ["Comp", 5]),
    ("", "wp.getTags", BLOG, []),
    ("", "wp.getProfile", BLOG, []),
    ("", "wp.getUser", BLOG, [1]),
    ("", "wp.getUser", BLOG, [1, ["basic"]]),
    ("", "wp.getUser", BLOG, [9999]),
    ("", "wp.getUsers", BLOG, [{"number": 1}]),
    ("", "wp.getUsers", BLOG, [{"role": "nothing"}]),
    ("", "wp.getAuthors", BLOG, []),
    ("", "wp.editProfile", BLOG, [{"bio": "x"}]),
    ("$page", "wp.newPage", BLOG, [{"title": "Page", "description": "a", "mt_text_more": "b"}, True]),
    ("", "wp.getPages", BLOG, [1]),
    ("", "wp.getPageList", BLOG, []),
    ("", "wp.deletePage", BLOG, [9999]),
    ("$comment", "wp.newComment", BLOG, ["$post", {"content": "Said"}]),
    ("", "wp.newComment", BLOG, ["$post", {"content": "Said"}]),
    ("", "wp.newComment", BLOG, ["$post", {"content": ""}]),
    ("", "wp.newComment", BLOG, [9999, {"content": "x"}]),
    ("", "wp.getComment", BLOG, ["$comment"]),
    ("", "wp.getComments", BLOG, [{"post_id": "$post"}]),
    ("", "wp.getComment", BLOG, [9999]),
    ("", "wp.editComment", BLOG, [9999, {}]),
    ("", "wp.deleteComment", BLOG, [9999]),
    ("", "wp.getCommentCount", BLOG, ["$post"]),
    ("", "wp.getCommentCount", BLOG, [9999]),
    ("", "wp.getCommentStatusList", BLOG, []),
    ("", "wp.getPostStatusList", BLOG, []),
    ("", "wp.getPageStatusList", BLOG, []),
    ("", "wp.getPageTemplates", BLOG, []),
    ("", "wp.getOptions", BLOG, []),
    ("", "wp.setOptions", BLOG, [{"blog_tagline": "x", "software_name": "y", "nothing": 1}]),
    ("", "wp.getPostType", BLOG, ["post"]),
    ("", "wp.getPostType", BLOG, ["post", ["menu"]]),
    ("", "wp.getPostType", BLOG, ["nothing"]),
    ("", "wp.getPostTypes", BLOG, []),
    ("", "wp.getPostFormats", BLOG, []),
    ("$file", "wp.uploadFile", BLOG, [{"name": "dot.gif", "type": "image/gif", "bits": xmlrpc.client.Binary(GIF)}]),
    ("", "wp.getMediaItem", BLOG, ["$file"]),
    ("", "wp.getMediaItem", BLOG, [9999]),
    ("", "wp.getMediaLibrary", BLOG, [{"number": 1}]),
    ("", "wp.uploadFile", BLOG, [{"name": "x.exe", "bits": xmlrpc.client.Binary(b"MZ")}]),
    ("$mw", "metaWeblog.newPost", BLOG, [{"title": "x", "description": "a", "mt_keywords": "a"}, True]),
    ("", "metaWeblog.getPost", ["$mw"], []),
    ("", "metaWeblog.getPost", [9999], []),
    ("", "metaWeblog.editPost", [9999], [{}, True]),
    ("", "metaWeblog.getRecentPosts", BLOG, [1]),
    ("", "metaWeblog.getCategories", BLOG, []),
    ("$bl", "blogger.newPost", ["", 1], ["<title>t</title>text", True]),
    ("", "blogger.getPost", ["", "$bl"], []),
    ("", "blogger.getPost", ["", 9999], []),
    ("", "blogger.getUserInfo", [""], []),
    ("", "blogger.getRecentPosts", ["", 1], [1]),
    ("", "blogger.deletePost", ["", 9999], [True]),
    ("", "mt.getCategoryList", BLOG, []),
    ("", "mt.getRecentPostTitles", BLOG, [1]),
    ("", "mt.getPostCategories", ["$post"], []),
    ("", "mt.getPostCategories", [9999], []),
    ("", "mt.publishPost", ["$post"], []),
    ("", "mt.supportedMethods", OPEN, []),
    ("", "mt.supportedTextFilters", OPEN, []),
    ("", "mt.getTrackbackPings", OPEN, [9999]),
    ("", "pingback.ping", OPEN, ["http://nowhere.invalid/", "http://nowhere.invalid/"]),
    ("", "wp.deletePost", BLOG, ["$post"]),
    ("", "wp.deletePost", BLOG, [9999]),
]


def id_of(answer):
    found = answer.get("id") if isinstance(answer, dict) else answer
    return int(found) if isinstance(found, (int, str)) and str(found).isdigit() else None


def main():
    servers = [Server(*sys.argv[1:4]), Server(*sys.argv[4:7])]
    methods = [set(server.proxy.system.listMethods()) for server in servers]
    unexpected = [f"method {name}" for name in sorted(methods[0] ^ methods[1])]
    expected = 0
    for name, method, before, after in STEPS:
        answers = []
        for server in servers:
            answer = server.ask(method, before, after)
            if name and (found := id_of(answer)) is not None:
                server.seen[name] = found
            answers.append(shape(answer))
        for path, what in differences(method, *answers):
            if known(path):
                expected += 1
            else:
                unexpected.append(f"{path}: {what}    {after}")
    print(f"{len(STEPS)} calls, {expected} known differences, {len(unexpected)} others")
    print("\n".join(unexpected))
    return 1 if unexpected else 0


sys.exit(main())
