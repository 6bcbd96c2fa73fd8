package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.network.cni.CapabilityArguments.PortMapping;
import io.crius.network.cni.CapabilityArguments.Protocol;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachTest {
    private static final String RESULT_OF_TWO =
            "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.0.7/24\"}],\"by\":\"two\"}";

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
    void runsAddThroughTheChainWithEachPluginsResult() throws Exception {
        node.install("one", "two").list("10.conflist", "1.0.0", "net", "one", "two");

        CniResult result = node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(result.podIps()).containsExactly("10.9.0.7");
        assertThat(result.json()).isEqualTo(RESULT_OF_TWO);
        assertThat(node.plugins.story()).containsExactly("ADD one", "ADD two");
        List<FakePlugins.Call> calls = node.plugins.calls();
        assertThat(json(calls.get(0)))
                .isEqualTo(
                        "{\"type\":\"one\",\"capabilities\":{\"portMappings\":true,\"bandwidth\":false},\"name\":\"net\",\"cniVersion\":\"1.0.0\"}");
        assertThat(json(calls.get(1)))
                .endsWith("\"name\":\"net\",\"cniVersion\":\"1.0.0\",\"prevResult\":"
                        + RESULT_OF_TWO.replace("two", "one") + "}");
    }

    @Test
    void givesPluginsTheParametersAndTheDaemonsEnvironment() throws Exception {
        node.environment.put("CNI_ARGS", "of the daemon");
        node.environment.put("CNI_OTHER", "of the daemon");
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        PodAttachment pod = node.pod();

        node.ready().attach(pod, CniFixture.soon());

        assertThat(node.plugins.calls().getFirst().environment())
                .containsEntry("CNI_COMMAND", "ADD")
                .containsEntry("CNI_CONTAINERID", CniFixture.POD.value())
                .containsEntry("CNI_NETNS", pod.netns().toString())
                .containsEntry("CNI_IFNAME", "eth0")
                .containsEntry("CNI_PATH", folder.resolve("empty") + ":" + node.plugins.directory())
                .containsEntry(
                        "CNI_ARGS",
                        "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID="
                                + CniFixture.POD + ";K8S_POD_UID=uid-1")
                .containsEntry("HOME", "/daemon")
                .doesNotContainKey("CNI_OTHER");
    }

    @Test
    void givesEachPluginOnlyTheCapabilitiesItAsksFor() throws Exception {
        node.install("ports", "all");
        node.file(
                "10.conflist",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"plugins\":["
                        + "{\"type\":\"ports\",\"capabilities\":{\"portMappings\":true,\"cgroupPath\":false}},"
                        + "{\"type\":\"all\",\"capabilities\":{\"bandwidth\":true,\"cgroupPath\":true,\"dns\":true,\"io.kubernetes.cri.pod-annotations\":true}}]}");
        var arguments = CapabilityArguments.ofAnnotations(Map.of("kubernetes.io/ingress-bandwidth", "1M"))
                .withCgroupPath("/kubepods/x")
                .withPortMappings(List.of(
                        new PortMapping(8080, 80, Protocol.TCP, Optional.of("127.0.0.1")),
                        new PortMapping(5353, 53, Protocol.UDP, Optional.empty())))
                .withDns(new CapabilityArguments.Dns(List.of("10.0.0.1"), List.of("svc"), List.of("ndots:5")));

        node.ready().attach(node.pod(CniFixture.POD, arguments), CniFixture.soon());

        assertThat(runtimeConfig(node.plugins.calls().get(0)))
                .isEqualTo("{\"portMappings\":["
                        + "{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\",\"hostIP\":\"127.0.0.1\"},"
                        + "{\"hostPort\":5353,\"containerPort\":53,\"protocol\":\"udp\"}]}");
        assertThat(runtimeConfig(node.plugins.calls().get(1)))
                .isEqualTo("{\"bandwidth\":{\"ingressRate\":1000000,\"ingressBurst\":34359738359},"
                        + "\"cgroupPath\":\"/kubepods/x\","
                        + "\"io.kubernetes.cri.pod-annotations\":{\"kubernetes.io/ingress-bandwidth\":\"1M\"},"
                        + "\"dns\":{\"servers\":[\"10.0.0.1\"],\"searches\":[\"svc\"],\"options\":[\"ndots:5\"]}}");
    }

    @Test
    void keepsTheResultInLibcnisFormat() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.ready().attach(node.pod(), CniFixture.soon());

        var file = (JsonObject) Json.parse(Files.readString(node.cacheFile("net")));

        assertThat(Fields.text(file, "kind")).contains("cniCacheV1");
        assertThat(Fields.text(file, "containerId")).contains(CniFixture.POD.value());
        assertThat(Fields.text(file, "ifName")).contains("eth0");
        assertThat(Fields.text(file, "networkName")).contains("net");
        assertThat(Fields.text(file, "netns")).contains(node.pod().netns().toString());
        assertThat(Json.write(file.get("cniArgs").orElseThrow()))
                .startsWith("[[\"IgnoreUnknown\",\"1\"],[\"K8S_POD_NAMESPACE\",\"default\"],");
        assertThat(Json.write(file.get("result").orElseThrow())).isEqualTo(RESULT_OF_TWO.replace("two", "one"));
        assertThat(file.get("crius.io/pending")).isEmpty();
        assertThat(new String(
                        java.util.Base64.getDecoder()
                                .decode(Fields.text(file, "config").orElseThrow()),
                        java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"plugins\":[{\"type\":\"one\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.cacheFile("net"))))
                .isEqualTo("rw-------");
        assertThat(node.cacheFiles()).hasSize(1);
    }

    @Test
    void givesTheFirstResultAgainWhenRepeated() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        CniResult first = node.ready().attach(node.pod(), CniFixture.soon());

        CniResult again = node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(again).isEqualTo(first);
        assertThat(node.plugins.story()).containsExactly("ADD one");
        assertThat(node.ready().cachedResult(node.pod())).contains(first);
    }

    @Test
    void startsAfreshWhereADaemonDiedDuringAdd() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.ready().attach(node.pod(), CniFixture.soon());
        markPending();
        node.plugins.forgetCalls();

        node.ready().attach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("DEL one", "ADD one");
        assertThat(node.plugins.calls().getFirst().config().get("prevResult")).isEmpty();
    }

    @Test
    void startsAfreshInAnotherNamespace() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.ready().attach(node.pod(), CniFixture.soon());
        node.plugins.forgetCalls();
        node.live.clear();

        node.ready().attach(node.pod(), CniFixture.soon());
        node.live.clear();
        PodAttachment old = node.pod();
        Path other = folder.resolve("other-netns");
        node.live.clear();
        node.live.add(other);
        node.ready()
                .attach(PodAttachment.eth0(old.id(), old.name(), other, CapabilityArguments.NONE), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("DEL one", "ADD one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "two", "three"})
    void undoesEverythingWhenAPluginFails(String culprit) throws Exception {
        node.install("one", "two", "three").list("10.conflist", "1.0.0", "net", "one", "two", "three");
        node.plugins
                .plugin(culprit)
                .on(
                        Verb.ADD,
                        "echo oh dear >&2; echo '{\"code\":7,\"msg\":\"bad range\",\"details\":\"10.x\"}'; exit 1")
                .install();

        var failure = catchThrowableOfType(
                CriusException.Failed.class, () -> node.ready().attach(node.pod(), CniFixture.soon()));

        assertThat(failure)
                .hasMessageStartingWith("attach pod default/web (0123456789ab) to CNI network \"net\": plugin \""
                        + culprit + "\" (ADD) after ")
                .hasMessageContaining("bad range: 10.x (code 7)")
                .hasMessageContaining("; its standard error ends with: \"oh dear\"");
        var story = node.plugins.story();
        assertThat(story).endsWith("ADD " + culprit, "DEL three", "DEL two", "DEL one");
        assertThat(node.cacheFiles()).isEmpty();
        if (!culprit.equals("one")) {
            assertThat(failure).hasMessageContaining("; before it succeeded: one ");
        }
    }

    @Test
    void callsEveryPluginAndRemembersTheAttachmentWhenUndoingFails() throws Exception {
        node.install("one", "two").list("10.conflist", "1.0.0", "net", "one", "two");
        node.plugins
                .plugin("two")
                .fails(Verb.ADD, 100, "no port", "")
                .fails(Verb.DEL, 101, "stuck", "")
                .install();

        assertThatThrownBy(() -> node.ready().attach(node.pod(), CniFixture.soon()))
                .hasMessageContaining("no port (code 100)")
                .hasMessageContaining("; undoing it did not succeed either: plugin \"two\" (DEL)")
                .hasMessageContaining("stuck (code 101)");
        assertThat(node.plugins.story()).containsExactly("ADD one", "ADD two", "DEL two", "DEL one");
        assertThat(node.ready().cachedResult(node.pod())).isEmpty();
        assertThat(node.cacheFiles()).containsExactly(node.cacheFile("net"));

        node.install("two").plugins.forgetCalls();
        node.ready().detach(node.pod(), CniFixture.soon());
        assertThat(node.plugins.story()).containsExactly("DEL two", "DEL one");
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void isUnavailableWhereThePluginSaysTryAgainLater() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.plugins.plugin("one").fails(Verb.ADD, 11, "busy", "").install();

        assertThatThrownBy(() -> node.ready().attach(node.pod(), CniFixture.soon()))
                .isInstanceOf(CriusException.Unavailable.class)
                .hasMessageContaining("busy (code 11)");
    }

    @Test
    void isUnavailableWithTheReasonWhereThereIsNoNetwork() throws Exception {
        assertThatThrownBy(() -> node.start().attach(node.pod(), CniFixture.soon()))
                .isInstanceOf(CriusException.Unavailable.class)
                .hasMessageStartingWith("attach pod default/web (0123456789ab): Network plugin returns error: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo hello", "echo '[]'", "echo '{'", ":", "head -c 100000 /dev/zero | tr '\\0' 'x'"})
    void undoesAnAddWhoseOutputIsNoResult(String shell) throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.plugins.plugin("one").on(Verb.ADD, shell).install();

        assertThatThrownBy(() -> node.ready().attach(node.pod(), CniFixture.soon()))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("plugin \"one\" (ADD) succeeded, but there is no result: its output: ")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
        assertThat(node.plugins.story()).containsExactly("ADD one", "DEL one");
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void undoesAnAddWhoseResultHasNonsenseInIt() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.plugins
                .plugin("one")
                .on(Verb.ADD, "echo '{\"ips\":[{\"address\":\"somewhere/24\"}]}'")
                .install();

        assertThatThrownBy(() -> node.ready().attach(node.pod(), CniFixture.soon()))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining(
                        "the plugins' result cannot be used: \"somewhere/24\" is not an address with a prefix length");
        assertThat(node.plugins.story()).containsExactly("ADD one", "DEL one");
    }

    @Test
    void tellsWhatAPluginSaysThatDoesNotSpeakCni() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.plugins
                .plugin("one")
                .on(Verb.ADD, "echo Segmentation fault; exit 139")
                .install();

        assertThatThrownBy(() -> node.ready().attach(node.pod(), CniFixture.soon()))
                .hasMessageContaining("exit status 139: \"Segmentation fault\"");
    }

    @Test
    void undoesAnAddThatIsNotDoneAtTheDeadline() throws Exception {
        node.install("one", "two").list("10.conflist", "1.0.0", "net", "one", "two");
        node.plugins.plugin("two").on(Verb.ADD, "sleep 60").install();
        PluginNetworks networks = node.ready();

        assertThatThrownBy(() -> networks.attach(node.pod(), Deadline.after(Duration.ofMillis(300))))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("plugin \"two\" (ADD) after ")
                .hasMessageContaining("did not end in the time it had, and was killed; before it succeeded: one ");
        assertThat(node.plugins.story()).endsWith("DEL two", "DEL one");
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void undoesAnAddThatIsInterruptedAndKeepsTheInterrupt() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        Path begun = folder.resolve("begun");
        node.plugins.plugin("one").on(Verb.ADD, "touch " + begun + "; sleep 60").install();
        PluginNetworks networks = node.ready();
        PodAttachment pod = node.pod();
        var outcome = new CompletableFuture<String>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                networks.attach(pod, CniFixture.soon());
            } catch (CriusException.Cancelled e) {
                outcome.complete(e.getMessage() + " " + Thread.currentThread().isInterrupted());
            }
        });
        CniFixture.await("the plugin is asked", () -> Files.exists(begun));

        thread.interrupt();

        assertThat(outcome.join()).isEqualTo("attach pod default/web (0123456789ab): the caller went away true");
        assertThat(node.plugins.story()).containsExactly("ADD one", "DEL one");
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void undoesAnAddWhosePluginIsGone() throws Exception {
        node.install("one", "two").list("10.conflist", "1.0.0", "net", "one", "two");
        PluginNetworks networks = node.ready();
        Files.delete(node.plugins.directory().resolve("two"));

        assertThatThrownBy(() -> networks.attach(node.pod(), CniFixture.soon()))
                .hasMessageMatching("(?s).*(plugin \"two\" \\(ADD\\) is not in .*: install it there"
                        + "|no CNI configuration file in).*");
        assertThat(node.plugins.story()).isIn(List.of(), List.of("ADD one", "DEL one"));
    }

    @Test
    void tellsTheListenerOfEveryExecution() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        node.ready().attach(node.pod(), CniFixture.soon());
        node.plugins.plugin("one").fails(Verb.DEL, 1, "x", "").install();
        assertThatThrownBy(() -> node.ready().detach(node.pod(), CniFixture.soon()))
                .isInstanceOf(CriusException.Failed.class);

        assertThat(node.executions.stream()
                        .map(one -> one.network() + " " + one.plugin() + " " + one.verb() + " " + one.succeeded()))
                .containsSubsequence("net one VERSION true", "net one ADD true", "net one DEL false");
        assertThat(node.executions).allSatisfy(one -> assertThat(one.took()).isPositive());
    }

    @Test
    void worksForManyPodsAtOnce() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        PluginNetworks networks = node.ready();
        var pods = java.util.stream.Stream.generate(PodId::random).limit(20).toList();

        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (PodId pod : pods) {
                threads.execute(() -> {
                    PodAttachment attachment = node.pod(pod, CapabilityArguments.NONE);
                    networks.attach(attachment, CniFixture.soon());
                    networks.detach(attachment, CniFixture.soon());
                });
            }
        }

        assertThat(node.plugins.story()).hasSize(40);
        assertThat(node.cacheFiles()).isEmpty();
    }

    private void markPending() throws IOException {
        var file = (JsonObject) Json.parse(Files.readString(node.cacheFile("net")));
        Files.writeString(
                node.cacheFile("net"),
                Json.write(file.toBuilder()
                        .put("crius.io/pending", new io.crius.oci.json.JsonBool(true))
                        .build()));
    }

    private static String json(FakePlugins.Call call) {
        return Json.write(call.config());
    }

    private static String runtimeConfig(FakePlugins.Call call) {
        return Json.write(call.config().get("runtimeConfig").orElseThrow());
    }
}
