package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an administrator asks of a daemon by signals while it runs: to read its files again, and to say what it is doing. */
@Needs(Trait.READS_CRIO_CONF)
class ReloadIT {
    private static final Pattern DUMP = Pattern.compile("what all threads are doing is written to (\\S+?)\"");
    private static final String AGAIN = "configuration and registries read again";
    private static final String STAYS = "the configuration stays as it was";

    @RegisterExtension
    static final Node node = new Node("[crio.runtime]\nlog_level = \"info\"\n");

    private static Path server() {
        return Node.parent(node.testNode().target().socket());
    }

    private static Path registries() {
        return server().resolve("registries.conf");
    }

    /** Whoever starts with a hang-up ignored, as below nohup, has it ignored for ever. */
    private static void assumeNotIgnored() throws IOException {
        Path status = Path.of("/proc", Long.toString(node.testNode().target().pid()), "status");
        boolean ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
        Assumptions.assumeFalse(ignored, "whoever started the tests has SIGHUP ignored");
    }

    private static void signal(String name) throws IOException, InterruptedException {
        Command.run("kill", "-" + name, Long.toString(node.testNode().target().pid()));
    }

    private static String log() throws IOException {
        return Files.readString(server().resolve("daemon.log"));
    }

    private static void awaitLog(String text, int times) throws Exception {
        Await.until("the log says " + text, Node.LIMIT, () -> log().split(Pattern.quote(text), -1).length - 1 >= times);
    }

    @Test
    void filesAreReadAgainAtAHangUpAndAllOfThemOrNone() throws Exception {
        assumeNotIgnored();
        String renamed = "registry.example/team/busybox:latest";
        assertThatThrownBy(() -> node.images().pull(renamed)).hasMessageContaining("registry.example");
        assertThat(busybox().getPinned()).isFalse();
        String before = Files.readString(registries());

        Files.writeString(
                registries(),
                before + """

                [[registry]]
                prefix = "registry.example/team"
                location = "%s"
                insecure = true
                """.formatted(node.testImages().registry().host()));
        Path options = server().resolve("crius.conf.d/10-options.conf");
        Files.writeString(options, """
                [crio.runtime]
                log_level = "debug"
                pids_limit = 77
                [crio.image]
                pinned_images = ["*/busybox*"]
                """);
        signal("HUP");
        awaitLog(AGAIN, 1);
        node.images().pull(renamed);
        assertThat(busybox().getPinned()).isTrue();
        awaitLog("level=debug", 1);
        assertThat(log())
                .contains("changed: [crio.image.pinned_images, crio.runtime.log_level, crio.runtime.pids_limit]")
                .contains("[crio.runtime.pids_limit] changed since the start, which takes a restart");

        Files.writeString(options, "[crio.image]\npinned_images = \"no list\"\n");
        signal("HUP");
        awaitLog(STAYS, 1);
        assertThat(log()).contains("10-options.conf:2:");
        assertThat(busybox().getPinned()).isTrue();

        Files.writeString(options, "");
        Files.writeString(registries(), "[[registry]\n");
        signal("HUP");
        awaitLog(STAYS, 2);
        assertThat(busybox().getPinned()).isTrue();

        Files.writeString(registries(), before);
        signal("HUP");
        awaitLog(AGAIN, 2);
        assertThat(busybox().getPinned()).isFalse();
    }

    private static Image busybox() {
        return node.images().list().stream()
                .filter(image ->
                        image.getRepoTagsList().contains(node.testImages().busybox()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheThreadsAreDoingIsWrittenDown() throws Exception {
        signal("USR1");
        Await.until("the log says where", Node.LIMIT, () -> DUMP.matcher(log()).find());
        Matcher dump = DUMP.matcher(log());
        assertThat(dump.find()).isTrue();
        Path file = Path.of(dump.group(1));
        try {
            assertThat(file).content().contains("\"main\"").contains("crius");
        } finally {
            Files.delete(file);
            Files.delete(Node.parent(file));
        }
    }
}
