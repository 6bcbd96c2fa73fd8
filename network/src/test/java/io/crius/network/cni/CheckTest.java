package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.oci.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"0.4.0", "1.0.0", "1.1.0"})
    void asksEveryPluginInOrderWithTheCachedResult(String version) throws Exception {
        node.attached(version, "one", "two");

        node.ready().check(node.pod(), CniFixture.soon());

        assertThat(checks()).containsExactly("CHECK one", "CHECK two");
        assertThat(node.plugins.calls().stream().filter(call -> call.verb().equals("CHECK")))
                .allSatisfy(call -> {
                    assertThat(Json.write(call.config().get("prevResult").orElseThrow()))
                            .contains("\"by\":\"two\"");
                    assertThat(call.environment())
                            .containsEntry("CNI_CONTAINERID", CniFixture.POD.value())
                            .containsEntry("CNI_IFNAME", "eth0")
                            .containsEntry("CNI_NETNS", node.pod().netns().toString())
                            .hasEntrySatisfying(
                                    "CNI_ARGS", args -> assertThat(args).contains("K8S_POD_NAME=web"));
                });
        assertThat(node.cacheFiles()).hasSize(1);
    }

    @Test
    void givesTheArgumentsOfTheAttachmentAgain() throws Exception {
        node.install("one");
        node.file(
                "10.conflist",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"plugins\":["
                        + "{\"type\":\"one\",\"capabilities\":{\"bandwidth\":true}}]}");
        var limited = CapabilityArguments.ofAnnotations(Map.of("kubernetes.io/ingress-bandwidth", "1M"));
        node.ready().attach(node.pod(CniFixture.POD, limited), CniFixture.soon());

        node.ready().check(node.pod(), CniFixture.soon());

        assertThat(Json.write(node.plugins.calls().getLast().config()))
                .contains("\"runtimeConfig\":{\"bandwidth\":{\"ingressRate\":1000000,");
    }

    @Test
    void givesPortsToEveryPluginButPortmapWhoseCheckCannotBeTrusted() throws Exception {
        node.install("one", "portmap").list("10.conflist", "1.0.0", "net", "one", "portmap");
        var ports = CapabilityArguments.NONE.withPortMappings(List.of(
                new CapabilityArguments.PortMapping(8080, 80, CapabilityArguments.Protocol.TCP, Optional.empty())));
        node.ready().attach(node.pod(CniFixture.POD, ports), CniFixture.soon());
        node.plugins.forgetCalls();

        node.ready().check(node.pod(), CniFixture.soon());

        assertThat(node.plugins.calls())
                .extracting(call -> call + " " + Json.write(call.config()).contains("8080"))
                .containsExactly("CHECK one true", "CHECK portmap false");
    }

    @Test
    void usesTheConfigurationOfTheAttachmentAlthoughItsFileIsGone() throws Exception {
        node.attached("1.0.0", "one");
        Files.delete(node.config.resolve("10.conflist"));
        node.install("other").list("20.conflist", "1.0.0", "another", "other");

        node.ready().check(node.pod(), CniFixture.soon());

        assertThat(checks()).containsExactly("CHECK one");
    }

    @Test
    void saysWhatThePluginSaysAndLeavesTheAttachmentAlone() throws Exception {
        node.attached("1.0.0", "one", "two", "three");
        node.plugins
                .plugin("two")
                .fails(Verb.CHECK, 999, "no route", "default via 10.9.0.1")
                .install();

        assertThatThrownBy(() -> node.ready().check(node.pod(), CniFixture.soon()))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageStartingWith("check pod default/web (0123456789ab): plugin \"two\" (CHECK) after ")
                .hasMessageContaining("no route: default via 10.9.0.1 (code 999)");
        assertThat(node.plugins.story()).containsExactly("CHECK one", "CHECK two");
        assertThat(node.ready().cachedResult(node.pod())).isPresent();
    }

    @Test
    void asksNobodyBeforeVersion040() throws Exception {
        node.attached("0.3.1", "one");

        node.ready().check(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).isEmpty();
    }

    @Test
    void asksNobodyWhereTheNetworkForbadeItWhenThePodWasAttached() throws Exception {
        forbidding("true");
        node.ready().attach(node.pod(), CniFixture.soon());
        Files.delete(node.config.resolve("10.conflist"));

        node.ready().check(node.pod(), CniFixture.soon());

        assertThat(checks()).isEmpty();
    }

    /** Compat: libcni reads the word as well as the value. */
    @Test
    void asksNobodyWhereTheNetworkForbidsItNow() throws Exception {
        node.attached("1.0.0", "one");
        forbidding("\"true\"");

        node.restarted().check(node.pod(), CniFixture.soon());

        assertThat(checks()).isEmpty();
    }

    @Test
    void asksNobodyAboutAPodThatIsNotAttachedOrNotYet() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.ready().check(node.pod(), CniFixture.soon());
        node.plugins.plugin("one").on(Verb.ADD, "exit 1").on(Verb.DEL, "exit 1").install();
        assertThatThrownBy(() -> node.ready().attach(node.pod(), CniFixture.soon()))
                .hasMessageContaining("undoing it did not succeed either");

        node.ready().check(node.pod(), CniFixture.soon());

        assertThat(node.cacheFiles()).as("the attachment that is pending").hasSize(1);
        assertThat(checks()).isEmpty();
    }

    @Test
    void saysThatTheNamespaceIsGone() throws Exception {
        node.attached("1.0.0", "one");
        PodAttachment pod = node.pod();
        node.live.clear();

        assertThatThrownBy(() -> node.ready().check(pod, CniFixture.soon()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("check pod default/web (0123456789ab): its network namespace " + pod.netns() + " is gone");
        assertThat(node.plugins.story()).isEmpty();
    }

    /** Also while it hangs other pods are attached and garbage is collected. */
    @Test
    void endsAtTheDeadlineWhereThePluginHangs() throws Exception {
        node.attached("1.1.0", "one");
        Path begun = folder.resolve("begun");
        node.plugins
                .plugin("one")
                .on(Verb.CHECK, "touch " + begun + "; sleep 60")
                .install();
        PluginNetworks networks = node.ready();
        var checking =
                CompletableFuture.runAsync(() -> networks.check(node.pod(), Deadline.after(Duration.ofSeconds(2))));
        CniFixture.await("the plugin is asked", () -> Files.exists(begun));

        networks.collectGarbage(() -> Set.of(CniFixture.POD), CniFixture.soon());
        networks.attach(node.pod(new PodId("a".repeat(64)), CapabilityArguments.NONE), CniFixture.soon());
        assertThat(checking).isNotDone();

        assertThatThrownBy(checking::join)
                .cause()
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("plugin \"one\" (CHECK) after ")
                .hasMessageContaining("did not end in the time it had, and was killed");
        assertThat(networks.cachedResult(node.pod())).isPresent();
    }

    @Test
    void whoWaitsForItsEndHoldsUpNeitherOtherPodsNorCollections() throws Exception {
        node.attached("1.1.0", "one");
        Path begun = folder.resolve("begun");
        Path end = folder.resolve("end");
        node.plugins
                .plugin("one")
                .on(Verb.CHECK, "touch " + begun + "; while [ ! -e " + end + " ]; do sleep 0.05; done")
                .install();
        PluginNetworks networks = node.ready();
        var checking = CompletableFuture.runAsync(() -> networks.check(node.pod(), CniFixture.soon()));
        CniFixture.await("the plugin is asked", () -> Files.exists(begun));
        Thread detaching = Thread.ofPlatform().start(() -> networks.detach(node.pod(), CniFixture.soon()));
        CniFixture.await("the detachment waits", () -> detaching.getState() == Thread.State.WAITING);

        networks.collectGarbage(() -> Set.of(CniFixture.POD), CniFixture.soon());
        networks.attach(node.pod(new PodId("a".repeat(64)), CapabilityArguments.NONE), CniFixture.soon());
        assertThat(checking).isNotDone();

        Files.createFile(end);
        checking.join();
        detaching.join();
        assertThat(networks.cachedResult(node.pod())).isEmpty();
    }

    private void forbidding(String value) throws IOException {
        node.install("one");
        node.file(
                "10.conflist",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"disableCheck\":" + value
                        + ",\"plugins\":[{\"type\":\"one\"}]}");
    }

    private List<String> checks() throws IOException {
        return node.plugins.story().stream()
                .filter(call -> call.startsWith("CHECK"))
                .toList();
    }
}
