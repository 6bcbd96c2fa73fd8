package io.crius.acceptance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.image.TarWriter.Owner;
import io.crius.acceptance.process.Command;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarWriterTest {
    @TempDir
    private Path folder;

    @Test
    void tarReadsWhatIsWritten() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        tar.folder("d", new Owner(1000, 2000, 01777))
                .file("d/f", "text\n")
                .symlink("s", "d/f")
                .hardlink("h", "d/f");
        tar.end();
        Path archive = Files.write(folder.resolve("a.tar"), bytes.toByteArray());

        assertThat(Command.run("tar", "--numeric-owner", "-tvf", archive.toString())
                        .lines())
                .anyMatch(line -> line.startsWith("drwxrwxrwt 1000/2000") && line.endsWith(" d/"))
                .anyMatch(line -> line.startsWith("-rw-r--r-- 0/0 ") && line.endsWith(" d/f"))
                .anyMatch(line -> line.startsWith("l") && line.endsWith(" s -> d/f"))
                .anyMatch(line -> line.startsWith("h") && line.endsWith(" h link to d/f"));
        assertThat(Command.run("tar", "-xOf", archive.toString(), "d/f")).isEqualTo("text\n");
    }

    @Test
    void namesThatDoNotFitAreRefused() {
        TarWriter tar = new TarWriter(new ByteArrayOutputStream());
        assertThatThrownBy(() -> tar.file("x".repeat(101), ""))
                .hasMessageStartingWith("a name of more than 100 bytes: xxx");
    }
}
