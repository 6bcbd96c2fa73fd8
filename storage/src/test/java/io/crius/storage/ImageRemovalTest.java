package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import io.crius.oci.json.JsonObject;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.Snapshot;
import io.crius.storage.record.StoreRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageRemovalTest {
    private static final Instant LATER = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void takesAsManyLayersAsNobodyElseStandsOn() throws IOException {
        var removal = removal(
                "[{'id':'base'},{'id':'mid','parent':'base'},{'id':'top','parent':'mid'},{'id':'side','parent':'base'}]",
                "[{'id':'a','layer':'top'},{'id':'b','layer':'side'}]",
                "[]");

        assertThat(removal.layersOf(image(removal, "a"))).containsExactly("top", "mid");
        assertThat(removal.layersOf(image(removal, "b"))).containsExactly("side");
    }

    @Test
    void leavesTheTopLayerOfAnotherImageAndThoseOfContainers() throws IOException {
        var removal = removal(
                "[{'id':'base'},{'id':'mid','parent':'base'},{'id':'top','parent':'mid'},{'id':'rw','parent':'other'},"
                        + "{'id':'other'}]",
                "[{'id':'a','layer':'top'},{'id':'b','layer':'mid'},{'id':'c','layer':'other'},{'id':'d','layer':'mid'}]",
                "[{'id':'c1','image':'gone','layer':'rw'}]");

        assertThat(removal.layersOf(image(removal, "a"))).containsExactly("top");
        assertThat(removal.layersOf(image(removal, "b"))).isEmpty();
        assertThat(removal.layersOf(image(removal, "c"))).isEmpty();
    }

    @Test
    void takesTheLayersOfAnImageThatNeverWasAsFarAsNobodyStandsOnThem() throws IOException {
        var removal = removal(
                "[{'id':'base'},{'id':'mid','parent':'base'},{'id':'top','parent':'mid'},{'id':'side','parent':'base'}]",
                "[{'id':'b','layer':'side'}]",
                "[]");

        assertThat(removal.layersFrom("top")).containsExactly("top", "mid");
        assertThat(removal.layersFrom("mid")).isEmpty();
        assertThat(removal.layersFrom("side")).isEmpty();
        assertThat(removal.layersFrom("nobody")).isEmpty();
    }

    @Test
    void takesCopiesWithOtherOwnersToo() throws IOException {
        var removal = removal(
                "[{'id':'base'},{'id':'top','parent':'base'},{'id':'mapped','parent':'base'}]",
                "[{'id':'a','layer':'top','mapped-layers':['mapped']}]",
                "[]");

        assertThat(removal.layersOf(image(removal, "a"))).containsExactly("mapped", "top", "base");
    }

    @Test
    void findsLayersThatNothingStandsOn() throws IOException {
        var removal = removal(
                "[{'id':'base'},{'id':'top','parent':'base'},{'id':'left','parent':'base'},{'id':'left2','parent':'left'},"
                        + "{'id':'rw','parent':'free'},{'id':'free'},"
                        + "{'id':'p'},{'id':'new','parent':'p','created':'2031-01-01T00:00:00Z'}]",
                "[{'id':'a','layer':'top'}]",
                "[{'id':'c1','layer':'rw'}]");

        assertThat(removal.unusedLayers(LATER)).containsExactly("left2", "left");
    }

    private static ImageRecord image(ImageRemoval removal, String id) {
        return removal.images().byId(id).orElseThrow();
    }

    private ImageRemoval removal(String layers, String images, String containers) throws IOException {
        Snapshot<LayerRecord> layerRecords = read("layers", layers, LayerRecord::new);
        Snapshot<ImageRecord> imageRecords = read("images", images, ImageRecord::new);
        return new ImageRemoval(layerRecords, imageRecords, read("containers", containers, ContainerRecord::new));
    }

    private <R extends StoreRecord> Snapshot<R> read(String kind, String json, Function<JsonObject, R> view)
            throws IOException {
        Files.writeString(folder.resolve(kind + ".json"), json.replace('\'', '"'));
        return RecordTable.of(folder, kind, view, Linux.real()).read();
    }
}
