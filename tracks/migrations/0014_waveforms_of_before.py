"""The 240 peaks of each file of before become its waveform."""

from django.db import migrations

BATCH = 1000
FULL = 255
RMS_OF_PEAK = 0.62  # what songs have on average; measuring a file again gives its own
SET_WAVEFORM = "UPDATE tracks_asset SET waveform = %s WHERE id = %s"


def make_waveforms(apps, schema_editor):
    """By batches, each its own transaction, and again from where it was interrupted."""
    assets = apps.get_model("tracks", "Asset").objects.filter(waveform=b"").exclude(peaks=[]).order_by("pk")
    last = 0
    while rows := list(assets.filter(pk__gt=last).values_list("pk", "peaks")[:BATCH]):
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(SET_WAVEFORM, [(_waveform(peaks), pk) for pk, peaks in rows])
        last = rows[-1][0]


def _waveform(peaks):
    ceiling = sorted(peaks)[int(len(peaks) * 0.985)] or 1
    heights = [min(FULL, round(FULL * peak / ceiling)) for peak in peaks]
    return bytes(heights) + bytes(round(RMS_OF_PEAK * height) for height in heights)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tracks", "0013_waveforms")]
    operations = [migrations.RunPython(make_waveforms, migrations.RunPython.noop)]
