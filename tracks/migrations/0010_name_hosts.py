"""Files of before get the names of their hosts."""

from urllib.parse import urlsplit

from django.db import migrations

BATCH = 2000
MAX_NAME = 260
DEFAULT_PORTS = {"http": 80, "https": 443}
SET_HOST = "UPDATE tracks_asset SET host = %s WHERE id = %s"


def name_hosts(apps, schema_editor):
    """By batches of one statement each: row by row, a million files keep the start waiting for half an hour."""
    assets = apps.get_model("tracks", "Asset").objects.filter(host="").exclude(source_url="").order_by("pk")
    last = 0
    while rows := list(assets.filter(pk__gt=last).values_list("pk", "source_url")[:BATCH]):
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(SET_HOST, [(_host(url), pk) for pk, url in rows])
        last = rows[-1][0]


def _host(url):
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or "@" in parts.netloc:
        return ""
    host = (parts.hostname or "").removesuffix(".")
    host = f"[{host}]" if ":" in host else host
    name = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    return name if len(name) <= MAX_NAME else ""


class Migration(migrations.Migration):
    dependencies = [("tracks", "0009_file_hosts")]
    operations = [migrations.RunPython(name_hosts, migrations.RunPython.noop)]
