package io.crius.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Linux;
import io.crius.model.CriusException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordTableTest {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();

    private RecordTable<LayerRecord> table() {
        return RecordTable.withVolatile(folder, "layers", LayerRecord::new, linux);
    }

    @Test
    void takesAbsentEmptyAndNullFilesForEmptyLists() throws IOException {
        assertThat(table().read().all()).isEmpty();
        Files.writeString(folder.resolve("layers.json"), "");
        assertThat(table().read().all()).isEmpty();
        Files.writeString(folder.resolve("layers.json"), "null");
        assertThat(table().read().all()).isEmpty();
    }

    @Test
    void savesRecordsToTheFileTheyCameFrom() throws IOException {
        Files.writeString(folder.resolve("layers.json"), "[{\"id\":\"a\"},{\"id\":\"b\"}]");
        Files.writeString(folder.resolve("volatile-layers.json"), "[{\"id\":\"v\"},{\"id\":\"a\",\"parent\":\"x\"}]");
        try (RecordTable<LayerRecord>.Change change = table().change()) {
            change.save(change.now()
                    .with(record("new"))
                    .with(new LayerRecord(change.now().byId("v").orElseThrow().json().toBuilder()
                            .put("parent", "b")
                            .build()))
                    .without("b"));
        }

        assertThat(folder.resolve("layers.json")).hasContent("[{\"id\":\"a\"},{\"id\":\"new\"," + created() + "}]");
        assertThat(folder.resolve("volatile-layers.json")).hasContent("[{\"id\":\"v\",\"parent\":\"b\"}]");
    }

    @Test
    void writesPrivateFilesAndLeavesNothingBeside() throws IOException {
        try (RecordTable<LayerRecord>.Change change = table().change()) {
            change.save(change.now().with(record("a")));
        }

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("layers.json"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("layers.json", "layers.lock");
        }
    }

    @Test
    void renewsTheTokenWithEverySave() throws IOException {
        byte[] first;
        try (RecordTable<LayerRecord>.Change change = table().change()) {
            change.save(change.now().with(record("a")));
        }
        first = Files.readAllBytes(folder.resolve("layers.lock"));
        try (RecordTable<LayerRecord>.Change change = table().change()) {
            change.save(change.now().with(record("b")));
        }

        assertThat(first).hasSize(64);
        assertThat(Files.readAllBytes(folder.resolve("layers.lock")))
                .hasSize(64)
                .isNotEqualTo(first);
    }

    @Test
    void seesWhatAnotherTableSaved() throws IOException {
        RecordTable<LayerRecord> ours = table();
        assertThat(ours.read().size()).isZero();
        try (RecordTable<LayerRecord>.Change change = table().change()) {
            change.save(change.now().with(record("a")));
        }

        assertThat(ours.read().size()).isEqualTo(1);
        try (RecordTable<LayerRecord>.Change change = ours.change()) {
            assertThat(change.now().byId("a")).isPresent();
        }
    }

    @Test
    void neverLosesARecordToAConcurrentWriter() throws Exception {
        int writers = 6;
        var done = new CountDownLatch(writers);
        for (int writer = 0; writer < writers; writer++) {
            String prefix = "w" + writer + "-";
            RecordTable<LayerRecord> table = table();
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        try (RecordTable<LayerRecord>.Change change = table.change()) {
                            change.save(change.now().with(record(prefix + i)));
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    done.countDown();
                }
            });
        }

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(table().read().size()).isEqualTo(writers * 20);
    }

    @Test
    void refusesToTouchAFileItCannotRead() throws IOException {
        Files.writeString(folder.resolve("layers.json"), "[{\"id\":");

        assertThatThrownBy(() -> table().change())
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("layers.json is unreadable");
        assertThat(folder.resolve("layers.json")).hasContent("[{\"id\":");
        Files.writeString(folder.resolve("layers.json"), "[]");
        table().change().close();
    }

    @Test
    void findsByNameWhoGotTheNameLast() throws IOException {
        Files.writeString(
                folder.resolve("layers.json"), "[{\"id\":\"a\",\"names\":[\"n\"]},{\"id\":\"b\",\"names\":[\"n\"]}]");

        assertThat(table().read().byName("n").orElseThrow().id()).isEqualTo("b");
    }

    private static LayerRecord record(String id) {
        return LayerRecord.incomplete(id, List.of(), Optional.empty(), Instant.EPOCH)
                .asComplete();
    }

    private static String created() {
        return "\"created\":\"1970-01-01T00:00:00Z\"";
    }
}
