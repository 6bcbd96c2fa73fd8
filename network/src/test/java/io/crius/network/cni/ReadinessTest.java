package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.oci.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessTest {
    @TempDir
    Path folder;

    private CniFixture node;

    @BeforeEach
    void open() throws IOException {
        node = new CniFixture(folder);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void isNotReadyBeforeTheFirstLook() {
        assertThat(CniFixture.PATIENCE).isPositive();
        try (var networks = node.start()) {
            assertThat(networks.readiness().reason()).isEqualTo("NetworkPluginNotReady");
            assertThat(networks.readiness().message()).startsWith("Network plugin returns error: ");
        }
    }

    @Test
    void saysThatTheDirectoryIsEmpty() throws Exception {
        assertThat(notReady())
                .isEqualTo("Network plugin returns error: no CNI configuration file in " + node.config
                        + ". Has your network provider started? (the directory has no .conf, .conflist or .json file)");
    }

    @Test
    void saysThatTheDirectoryDoesNotExist() throws Exception {
        node.options(options -> CniOptions.of(folder.resolve("none"), options.pluginDirectories()));

        assertThat(notReady()).contains("(the directory cannot be read: it does not exist)");
    }

    @Test
    void saysOfEachFileWhyItIsNotUsed() throws Exception {
        node.install("good");
        node.file("10-broken.conf", "{");
        node.file("20-list.conf", "{\"name\":\"x\",\"plugins\":[]}");
        node.file("30-nameless.conflist", "{\"cniVersion\":\"1.0.0\",\"plugins\":[{\"type\":\"good\"}]}");
        node.list("40-absent.conflist", "1.0.0", "absent", "good", "calico");
        node.file("50-empty.conflist", "{\"cniVersion\":\"1.0.0\",\"name\":\"empty\",\"plugins\":[]}");
        node.list("60-future.conflist", "2.0.0", "future", "good");
        node.file("70-path.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"p\",\"type\":\"../good\"}");
        node.file("80-array.json", "[]");
        node.file("readme.txt", "not looked at");

        String message = notReady();

        assertThat(message)
                .contains("seen: 10-broken.conf: ")
                .contains(
                        "; 20-list.conf: it has no \"type\"; a list of plugins needs a file name that ends in .conflist")
                .contains("; 30-nameless.conflist: it has no \"name\"")
                .contains("; 40-absent.conflist: plugin \"calico\" is not in " + folder.resolve("empty") + ", "
                        + node.plugins.directory())
                .contains("; 50-empty.conflist: it has no plugins")
                .contains("; 60-future.conflist: it needs CNI version 2.0.0 and Crius speaks up to 1.1.0")
                .contains("; 70-path.conf: plugin type \"../good\" is not the plain name of a program")
                .contains("; 80-array.json: its text: an object is needed, not a list")
                .doesNotContain("readme.txt");
    }

    @Test
    void takesTheFirstValidFileByName() throws Exception {
        node.install("one", "two");
        node.file("05-broken.conflist", "{}");
        node.list("20-b.conflist", "1.0.0", "b", "two");
        node.list("10-a.conflist", "1.0.0", "a", "one");

        node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("ADD one");
    }

    @Test
    void takesTheNamedNetworkAndNoOther() throws Exception {
        node.install("one", "two");
        node.list("10-a.conflist", "1.0.0", "a", "one");
        node.options(options -> options.withDefaultNetwork(Optional.of("b")));

        assertThat(notReady()).contains("(the default network \"b\" is wanted; seen: 10-a.conflist is network \"a\")");

        node.list("20-b.conflist", "1.0.0", "b", "two");
        node.ready().attach(node.pod(), CniFixture.soon());
        assertThat(node.plugins.story()).containsExactly("ADD two");
    }

    @Test
    void ignoresALaterNetworkOfTheSameName() throws Exception {
        node.install("one", "two");
        node.list("10-a.conflist", "1.0.0", "same", "one");
        node.list("20-b.conflist", "1.0.0", "same", "two");

        node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("ADD one");
    }

    @Test
    void becomesReadyWhenAFileIsWritten() throws Exception {
        node.install("one");
        var networks = node.start();
        var waiting = CompletableFuture.runAsync(() -> networks.awaitReady(CniFixture.soon()));

        node.list("10-a.conflist", "1.0.0", "a", "one");

        waiting.join();
        assertThat(networks.readiness()).isEqualTo(new NetworkReadiness(true, "", ""));
    }

    @Test
    void becomesReadyWhenTheMissingPluginIsInstalled() throws Exception {
        node.list("10-a.conflist", "1.0.0", "a", "late");
        assertThat(notReady()).contains("plugin \"late\" is not in");

        node.install("late");

        node.start().awaitReady(CniFixture.soon());
    }

    @Test
    void losesReadinessWithItsFile() throws Exception {
        node.install("one").list("10-a.conflist", "1.0.0", "a", "one");
        var networks = node.ready();

        Files.delete(node.config.resolve("10-a.conflist"));

        assertThat(until(networks, readiness -> !readiness.ready()).message()).contains("no CNI configuration file");
    }

    @Test
    void noticesThatTheDirectoryItselfWasReplaced() throws Exception {
        node.install("one");
        var networks = node.start();
        until(networks, readiness -> readiness.message().contains("has no .conf"));

        Files.move(node.config, folder.resolve("old"));
        node.list("10-a.conflist", "1.0.0", "a", "one");

        networks.awaitReady(CniFixture.soon());
    }

    @Test
    void noticesAnotherTextInTheSameFile() throws Exception {
        node.install("one").file("10-a.conflist", "{\"name\":\"a\"");
        var networks = node.start();
        until(networks, readiness -> readiness.message().contains("10-a.conflist"));

        node.list("10-a.conflist", "1.0.0", "a", "one");

        networks.awaitReady(CniFixture.soon());
    }

    @Test
    void inlinesThePluginFilesOfTheFolderNamedLikeTheNetwork() throws Exception {
        node.install("one", "two", "three");
        node.list("10-a.conflist", "1.0.0", "a", "one");
        node.file("a/20-three.conf", "{\"type\":\"three\"}");
        node.file("a/10-two.conf", "{\"type\":\"two\"}");
        node.file("a/30-other.conflist", "{\"type\":\"not looked at\"}");

        node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("ADD one", "ADD two", "ADD three");
    }

    @Test
    void leavesTheFolderAloneIfTheListSaysSo() throws Exception {
        node.install("one", "two");
        node.file(
                "10-a.conflist",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"loadOnlyInlinedPlugins\":\"true\",\"plugins\":[{\"type\":\"one\"}]}");
        node.file("a/10-two.conf", "{\"type\":\"two\"}");

        node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("ADD one");
    }

    @Test
    void namesTheFileOfTheFolderThatIsWrong() throws Exception {
        node.install("one");
        node.list("10-a.conflist", "1.0.0", "a", "one");
        node.file("a/10-two.conf", "{}");

        assertThat(notReady()).contains("10-a.conflist: a/10-two.conf: a plugin in it has no \"type\"");
    }

    @Test
    void speaksTheNewestVersionThatAllPluginsSupport() throws Exception {
        node.install("new");
        node.plugins.plugin("old").supports("0.4.0 1.0.0").install();
        node.file(
                "10-a.conflist",
                "{\"cniVersion\":\"0.3.1\",\"cniVersions\":[\"0.4.0\",\"1.0.0\",\"1.1.0\",\"9.0.0\"],\"name\":\"a\","
                        + "\"plugins\":[{\"type\":\"new\"},{\"type\":\"old\"}]}");

        node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.calls().getFirst().config().get("cniVersion"))
                .contains(new io.crius.oci.json.JsonString("1.0.0"));
    }

    @Test
    void saysWhichPluginDoesNotSupportTheVersion() throws Exception {
        node.plugins.plugin("old").supports("0.3.1 0.4.0").install();
        node.list("10-a.conflist", "1.0.0", "a", "old");

        assertThat(notReady()).contains("it is of CNI version 1.0.0, but plugin \"old\" supports only [0.3.1, 0.4.0]");
    }

    @Test
    void takesAPluginFromBeforeVersionForTheOldest() throws Exception {
        node.plugins
                .plugin("ancient")
                .fails(Verb.VERSION, 4, "unknown CNI_COMMAND: VERSION", "")
                .install();
        node.file("10-a.conf", "{\"name\":\"a\",\"type\":\"ancient\"}");

        node.ready();
    }

    @Test
    void asksAPluginForItsVersionsOnlyOnceWhileItsFileStaysTheSame() throws Exception {
        node.install("one").list("10-a.conflist", "1.0.0", "a", "one");
        var networks = node.ready();

        node.list("20-b.conflist", "1.0.0", "b", "one");
        Files.delete(node.config.resolve("10-a.conflist"));
        until(networks, _ -> networks.takesPortMappings());
        networks.awaitReady(CniFixture.soon());

        assertThat(node.plugins.allCalls()).hasSize(1);
    }

    @Test
    void asksAgainWhenAPluginDidNotAnswer() throws Exception {
        node.plugins
                .plugin("shy")
                .on(Verb.VERSION, "test -e " + folder + "/awake || exit 3; echo '{\"supportedVersions\":[\"1.0.0\"]}'")
                .install();
        node.list("10-a.conflist", "1.0.0", "a", "shy");
        var networks = node.start();
        assertThat(until(networks, readiness -> readiness.message().contains("10-a"))
                        .message())
                .contains("plugin \"shy\" (VERSION)", "exit status 3 without an error message");

        Files.createFile(folder.resolve("awake"));

        networks.awaitReady(CniFixture.soon());
    }

    @Test
    void isReadyOnlyWhenEveryPluginsStatusIs() throws Exception {
        node.install("one");
        node.plugins
                .plugin("two")
                .on(
                        Verb.STATUS,
                        "test -e " + folder
                                + "/up || { echo '{\"code\":50,\"msg\":\"no agent\",\"details\":\"starting\"}'; exit 1; }")
                .install();
        node.list("10-a.conflist", "1.1.0", "a", "one", "two");
        var networks = node.start();

        assertThat(until(networks, readiness -> readiness.message().contains("STATUS"))
                        .message())
                .startsWith("Network plugin returns error: network \"a\": plugin \"two\" (STATUS)")
                .contains("no agent: starting (code 50)");

        Files.createFile(folder.resolve("up"));
        networks.awaitReady(CniFixture.soon());
    }

    @Test
    void doesNotAskForStatusBeforeVersion110() throws Exception {
        node.plugins
                .plugin("one")
                .fails(Verb.STATUS, 4, "unknown CNI_COMMAND: STATUS", "")
                .install();
        node.list("10-a.conflist", "1.0.0", "a", "one");

        node.ready();

        assertThat(node.plugins.calls()).isEmpty();
    }

    @Test
    void forgivesAFailingStatusForTheGracePeriod() throws Exception {
        node.plugins
                .plugin("one")
                .on(Verb.STATUS, "test ! -e " + folder + "/down")
                .install();
        node.list("10-a.conflist", "1.1.0", "a", "one");
        node.options(options -> options.withStatusGrace(Duration.ofMillis(600)));
        var networks = node.ready();

        long down = System.nanoTime();
        Files.createFile(folder.resolve("down"));

        until(networks, readiness -> !readiness.ready());
        assertThat(Duration.ofNanos(System.nanoTime() - down)).isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void doesNotAskForStatusAgainWithoutAGracePeriod() throws Exception {
        node.install("one").list("10-a.conflist", "1.1.0", "a", "one");
        var networks = node.ready();
        node.plugins.plugin("one").fails(Verb.STATUS, 50, "down", "").install();
        node.list("20-b.conflist", "1.1.0", "b", "one");
        Files.delete(node.config.resolve("10-a.conflist"));

        assertThat(until(networks, readiness -> !readiness.ready()).message()).contains("network \"b\"", "down");
        assertThat(node.plugins.story().getFirst()).isEqualTo("STATUS one");
        assertThat(node.plugins.calls().stream()
                        .filter(call -> Json.write(call.config()).contains("\"name\":\"a\"")))
                .hasSize(1);
    }

    @Test
    void tellsAtTheDeadlineWhyItIsNotReady() throws Exception {
        node.file("10-a.conf", "{}");
        var networks = node.start();
        until(networks, readiness -> readiness.message().contains("10-a.conf"));

        assertThatThrownBy(() -> networks.awaitReady(Deadline.after(Duration.ofMillis(30))))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("waiting for the pod network: Network plugin returns error: no CNI")
                .hasMessageContaining("10-a.conf: it has no \"type\"");
    }

    @Test
    void endsAWaitByInterrupt() throws Exception {
        var networks = node.start();
        var waiter = new CompletableFuture<String>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                networks.awaitReady(CniFixture.soon());
                waiter.complete("ready");
            } catch (CriusException.Cancelled e) {
                waiter.complete(e.getMessage() + " " + Thread.currentThread().isInterrupted());
            }
        });

        thread.interrupt();

        assertThat(waiter.join()).isEqualTo("wait for the pod network: the caller went away true");
    }

    /** Starts, and waits until what was found has been judged; the message of the verdict. */
    private String notReady() throws InterruptedException {
        return until(node.start(), readiness -> !readiness.message().contains("has not been read yet"))
                .message();
    }

    private static NetworkReadiness until(PluginNetworks networks, Predicate<NetworkReadiness> wanted)
            throws InterruptedException {
        Deadline deadline = CniFixture.soon();
        NetworkReadiness last = networks.readiness();
        while (!wanted.test(last)) {
            assertThat(deadline.isOver())
                    .as("still waiting, last seen: %s", last)
                    .isFalse();
            Thread.sleep(5);
            last = networks.readiness();
        }
        return last;
    }
}
