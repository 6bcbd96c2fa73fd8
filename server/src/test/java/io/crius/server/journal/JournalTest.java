package io.crius.server.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.server.journal.Journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("x").resolve("pod.journal");
    }

    @Test
    void saysAfterARestartWhatWasWritten() {
        Journal journal = Journal.create(file, "{\"id\":1}");
        journal.append("{\"state\":\"ready\"}", Durability.POWER_LOSS);
        journal.append("{\"state\":\"stopped\"}", Durability.DAEMON);

        assertThat(Journal.open(file).records())
                .containsExactly("{\"id\":1}", "{\"state\":\"ready\"}", "{\"state\":\"stopped\"}");
    }

    @Test
    void doesNotBeginTwice() {
        Journal.create(file, "{}");

        assertThatThrownBy(() -> Journal.create(file, "{}"))
                .isInstanceOf(CriusException.AlreadyExists.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void cutsOffATornLastLineAtEveryLengthAndGoesOn() throws IOException {
        Journal.create(file, "{\"id\":1}").append("{\"state\":\"ready\"}", Durability.DAEMON);
        byte[] whole = Files.readAllBytes(file);
        int firstRecordEnds = new String(whole, java.nio.charset.StandardCharsets.UTF_8).indexOf("}\n") + 2;
        for (int length = firstRecordEnds; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));

            Journal.Opened opened = Journal.open(file);
            assertThat(opened.records()).as("cut to %d bytes", length).containsExactly("{\"id\":1}");
            opened.journal().append("{\"state\":\"x\"}", Durability.DAEMON);
            assertThat(Journal.open(file).records()).containsExactly("{\"id\":1}", "{\"state\":\"x\"}");
        }
    }

    @Test
    void hasNoRecordsWhereTheFirstWasNeverFinished() throws IOException {
        Journal.create(file, "{\"id\":1}");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThat(Journal.open(file).records())
                    .as("cut to %d bytes", length)
                    .isEmpty();
        }
    }

    @Test
    void isForRootAlone() throws IOException {
        Journal.create(file, "{}");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void saysThatTheDiskDidNotTakeIt() throws IOException {
        Journal journal = Journal.create(file, "{\"id\":1}");
        journal.beginSync().await();
        Files.delete(file);

        Journal.Sync sync = journal.beginSync();

        assertThatThrownBy(sync::await)
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("journal " + file + ": java.nio.file.NoSuchFileException");
    }

    @Test
    void refusesDamageInTheMiddle() throws IOException {
        Journal journal = Journal.create(file, "{\"id\":1}");
        journal.append("{\"state\":\"ready\"}", Durability.DAEMON);
        journal.append("{\"state\":\"stopped\"}", Durability.DAEMON);
        String text = Files.readString(file);
        Files.writeString(file, text.replace("ready", "reedy"));

        assertThatThrownBy(() -> Journal.open(file))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("checksum mismatch at byte");
    }

    @Test
    void refusesAVersionItDoesNotKnow() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "crius-journal 2\n");

        assertThatThrownBy(() -> Journal.open(file))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("written by a newer version: its format is 2, this daemon reads up to 1");
        assertThat(file).hasContent("crius-journal 2\n");
    }

    private static final JournalVersions LATER = new JournalVersions(
            3,
            Map.of(
                    1,
                            records -> records.stream()
                                    .map(r -> r.replace("id", "name"))
                                    .toList(),
                    2, records -> records.stream().map(r -> r + " ").toList()));

    @Test
    void isUpgradedStepByStepAndWrittenAnew() {
        Journal.create(file, "{\"id\":1}").append("{\"state\":\"ready\"}", Durability.DAEMON);

        Journal.Opened opened = Journal.open(file, LATER);
        assertThat(opened.records()).containsExactly("{\"name\":1} ", "{\"state\":\"ready\"} ");
        assertThat(file).content().startsWith("crius-journal 3\n");
        opened.journal().append("{\"state\":\"stopped\"}", Durability.POWER_LOSS);
        assertThat(Journal.open(file, LATER).records())
                .containsExactly("{\"name\":1} ", "{\"state\":\"ready\"} ", "{\"state\":\"stopped\"}");
        assertThat(file.getParent()).isDirectoryNotContaining(Journal::isAside);
    }

    @Test
    void isUpgradedAlsoWhereThatWasBegunBeforeOrItsTailIsTorn() throws IOException {
        Journal.create(file, "{\"id\":1}");
        Files.writeString(file, "0123", StandardOpenOption.APPEND);
        Files.writeString(file.resolveSibling(".new-pod.journal"), "crius-jour");

        assertThat(Journal.open(file, LATER).records()).containsExactly("{\"name\":1} ");
        assertThat(file.getParent()).isDirectoryNotContaining(Journal::isAside);
    }

    @Test
    void isLeftAsItIsWhereItsVersionIsTooOld() {
        Journal.create(file, "{\"id\":1}");

        assertThatThrownBy(() -> Journal.open(file, new JournalVersions(2, Map.of())))
                .isInstanceOf(CriusException.DataLoss.class)
                .hasMessageContaining("is of format 1, which this daemon no longer reads");
        assertThat(Journal.open(file).records()).containsExactly("{\"id\":1}");
    }

    @Test
    void neverReadsGarbageAsARecord() throws IOException {
        var random = new Random(20261123);
        Journal.create(file, "{\"id\":1}");
        byte[] whole = Files.readAllBytes(file);
        for (int round = 0; round < 500; round++) {
            byte[] garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            Files.write(file, whole);
            Files.write(file, garbage, StandardOpenOption.APPEND);
            List<String> records;
            try {
                records = Journal.open(file).records();
            } catch (CriusException.DataLoss e) {
                continue;
            }
            assertThat(records).as("round %d", round).containsExactly("{\"id\":1}");
        }
    }

    @Test
    void isGoneAfterDeleteAndMayBeDeletedAgain() {
        Journal journal = Journal.create(file, "{}");
        journal.delete();
        journal.delete();

        assertThat(file).doesNotExist();
    }
}
