package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetachTest {
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
    @CsvSource({"0.3.1,false", "0.4.0,true", "1.0.0,true"})
    void runsDelInReverseWithTheWholeResultFrom040On(String version, boolean withResult) throws Exception {
        node.attached(version, "one", "two");

        node.ready().detach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("DEL two", "DEL one");
        assertThat(node.plugins.calls()).allSatisfy(call -> {
            assertThat(call.config().get("prevResult").isPresent()).isEqualTo(withResult);
            call.config()
                    .get("prevResult")
                    .ifPresent(result -> assertThat(Json.write(result)).contains("\"by\":\"two\""));
            assertThat(call.environment())
                    .containsEntry("CNI_NETNS", node.pod().netns().toString());
        });
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void saysNoNamespaceWhereItIsGone() throws Exception {
        node.attached("1.0.0", "one");
        PodAttachment pod = node.pod();
        node.live.clear();

        node.ready().detach(pod, CniFixture.soon());

        assertThat(node.plugins.calls().getFirst().environment()).containsEntry("CNI_NETNS", "");
    }

    @Test
    void usesTheConfigurationOfTheAttachmentAlthoughItsFileIsGone() throws Exception {
        node.attached("1.0.0", "one");
        Files.delete(node.config.resolve("10.conflist"));
        node.install("other").list("20.conflist", "1.0.0", "another", "other");

        node.ready().detach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("DEL one");
    }

    @Test
    void callsTheOthersWhenOneFailsAndCanBeRepeated() throws Exception {
        node.attached("1.0.0", "one", "two", "three");
        node.plugins.plugin("two").fails(Verb.DEL, 5, "disk", "full").install();

        assertThatThrownBy(() -> node.ready().detach(node.pod(), CniFixture.soon()))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageStartingWith("detach pod default/web (0123456789ab): plugin \"two\" (DEL) after ")
                .hasMessageContaining("disk: full (code 5)");
        assertThat(node.plugins.story()).containsExactly("DEL three", "DEL two", "DEL one");
        assertThat(node.cacheFiles()).hasSize(1);

        node.install("two").plugins.forgetCalls();
        node.ready().detach(node.pod(), CniFixture.soon());
        assertThat(node.plugins.story()).containsExactly("DEL three", "DEL two", "DEL one");
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void tellsOfAllPluginsThatFail() throws Exception {
        node.attached("1.0.0", "one", "two");
        node.plugins.plugin("one").fails(Verb.DEL, 5, "first", "").install();
        Files.delete(node.plugins.directory().resolve("two"));

        assertThatThrownBy(() -> node.ready().detach(node.pod(), CniFixture.soon()))
                .hasMessageContaining("plugin \"two\" (DEL) is not in ")
                .hasMessageContaining("; plugin \"one\" (DEL) after ")
                .hasMessageContaining("first (code 5)");
    }

    @Test
    void leavesTimeForThePluginsAfterOneThatHangs() throws Exception {
        node.attached("1.0.0", "one", "two");
        node.plugins.plugin("two").on(Verb.DEL, "sleep 60").install();

        assertThatThrownBy(() -> node.ready().detach(node.pod(), Deadline.after(Duration.ofSeconds(2))))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessageContaining("plugin \"two\" (DEL)")
                .hasMessageContaining("did not end in the time it had, and was killed");
        assertThat(node.plugins.story()).containsExactly("DEL two", "DEL one");
        assertThat(node.executions.getLast().succeeded()).isTrue();
    }

    @Test
    void runsDelForAPodThatTheCacheDoesNotKnow() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");

        node.ready().detach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("DEL one");
        assertThat(node.plugins.calls().getFirst().config().get("prevResult")).isEmpty();
    }

    @Test
    void hasNothingToDoWithoutNetworkAndAttachment() {
        assertThatCode(() -> node.start().detach(node.pod(), CniFixture.soon())).doesNotThrowAnyException();
    }

    @Test
    void treatsABrokenCacheFileAsAbsentAndRemovesIt() throws Exception {
        node.attached("1.0.0", "one");
        Files.writeString(node.cacheFile("net"), "{\"kind\":\"cniCacheV1\",\"config\":\"%%%\"");

        node.ready().detach(node.pod(), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("DEL one");
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void readsTheOldestFormOfTheCache() throws Exception {
        node.attached("1.0.0", "one");
        Files.writeString(node.cacheFile("net"), "{\"cniVersion\":\"0.4.0\",\"ips\":[{\"address\":\"10.3.3.3/24\"}]}");
        assertThat(node.ready().cachedResult(node.pod()).orElseThrow().podIps()).containsExactly("10.3.3.3");

        node.ready().detach(node.pod(), CniFixture.soon());

        assertThat(Json.write(node.plugins.calls().getFirst().config())).contains("10.3.3.3");
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void readsWhatLibcniWrote() throws Exception {
        node.install("one").list("10.conflist", "1.0.0", "net", "one");
        Files.createDirectories(node.cacheFile("net").getParent());
        String config = java.util.Base64.getEncoder()
                .encodeToString(
                        "{\"cniVersion\":\"0.4.0\",\"name\":\"net\",\"plugins\":[{\"type\":\"one\",\"mark\":\"of libcni\"}]}"
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.writeString(
                node.cacheFile("net"),
                "{\"kind\":\"cniCacheV1\",\"containerId\":\"" + CniFixture.POD + "\",\"config\":\"" + config
                        + "\",\"ifName\":\"eth0\",\"networkName\":\"net\",\"netns\":\"/gone\","
                        + "\"cniArgs\":[[\"IgnoreUnknown\",\"1\"],[\"K8S_POD_NAME\",\"old\"]],\"capabilityArgs\":{\"x\":1},"
                        + "\"result\":{\"cniVersion\":\"0.4.0\",\"dns\":{}}}");

        node.ready().detach(node.pod(), CniFixture.soon());

        FakePlugins.Call call = node.plugins.calls().getFirst();
        assertThat(Json.write(call.config())).contains("of libcni").contains("prevResult");
        assertThat(call.environment()).containsEntry("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAME=old");
    }

    @Test
    void forgetsAnAbandonedAttachmentWithoutRunningAnything() throws Exception {
        node.attached("1.0.0", "one");

        node.ready().abandon(node.pod());
        node.ready().abandon(node.pod());

        assertThat(node.plugins.story()).isEmpty();
        assertThat(node.cacheFiles()).isEmpty();
    }

    @Test
    void collectsOnlyWhatACriRuntimeMadeAndNobodyOwns() throws Exception {
        node.attached("1.0.0", "one");
        PodAttachment known = pod("a");
        PodAttachment living = pod("b");
        PodAttachment gone = pod("c");
        for (PodAttachment pod : List.of(known, living, gone)) {
            node.ready().attach(pod, CniFixture.soon());
        }
        Path podmans = node.cacheFile("net").resolveSibling("net-podman-eth0");
        Files.writeString(
                podmans,
                "{\"kind\":\"cniCacheV1\",\"containerId\":\"podman\",\"ifName\":\"eth0\",\"networkName\":\"net\",\"netns\":\"/gone\"}");
        node.live.remove(known.netns());
        node.live.remove(gone.netns());
        node.plugins.forgetCalls();

        node.ready().collectGarbage(() -> Set.of(known.id()), CniFixture.soon());

        assertThat(node.plugins.story()).containsExactly("DEL one");
        assertThat(node.plugins.calls().getFirst().environment())
                .containsEntry("CNI_CONTAINERID", gone.id().value())
                .containsEntry("CNI_NETNS", "");
        assertThat(node.cacheFiles()).hasSize(4).contains(podmans);
    }

    @Test
    void givesGcTheAttachmentsThatAreValid() throws Exception {
        node.attached("1.1.0", "one", "two");
        PodAttachment living = pod("b");
        node.ready().attach(living, CniFixture.soon());
        node.plugins.forgetCalls();
        node.plugins.plugin("one").fails(Verb.GC, 999, "no", "").install();

        assertThatThrownBy(() -> node.ready().collectGarbage(() -> Set.of(CniFixture.POD), CniFixture.soon()))
                .hasMessageContaining("collect the garbage of CNI networks: network \"net\": plugin \"one\" (GC)");

        assertThat(node.plugins.story().stream().filter(call -> call.startsWith("GC")))
                .containsExactly("GC one", "GC two");
        FakePlugins.Call call = node.plugins.calls().stream()
                .filter(one -> one.verb().equals("GC"))
                .findFirst()
                .orElseThrow();
        String valid = Json.write(call.config().get("cni.dev/valid-attachments").orElseThrow());
        assertThat(valid)
                .contains("{\"containerID\":\"" + CniFixture.POD + "\",\"ifname\":\"eth0\"}")
                .contains("{\"containerID\":\"" + living.id() + "\",\"ifname\":\"eth0\"}");
        assertThat(call.config().get("cni.dev/attachments")).isPresent();
        assertThat(call.environment()).doesNotContainKeys("CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_ARGS");
    }

    /** While a collection waits nobody else is attached, so it gives up soon. */
    @Test
    void anAttachmentThatHangsHoldsUpACollectionAndNobodyElse() throws Exception {
        node.attached("1.1.0", "one");
        Path begun = folder.resolve("begun");
        Path end = folder.resolve("end");
        node.plugins
                .plugin("one")
                .on(
                        Verb.ADD,
                        "[ -e " + begun + " ] || { touch " + begun + "; while [ ! -e " + end
                                + " ]; do sleep 0.05; done; }; echo '{\"ips\":[{\"address\":\"10.9.0.7/24\"}]}'")
                .install();
        PluginNetworks networks = node.ready();
        var attaching = CompletableFuture.runAsync(() -> networks.attach(pod("a"), CniFixture.soon()));
        CniFixture.await("the plugin is asked", () -> Files.exists(begun));

        assertThatThrownBy(() -> networks.collectGarbage(() -> Set.of(CniFixture.POD), CniFixture.soon()))
                .isInstanceOf(CriusException.DeadlineExceeded.class)
                .hasMessage("collect the garbage of CNI networks: time was over while waiting for a CNI garbage"
                        + " collection or for attachments before it");
        networks.attach(pod("b"), CniFixture.soon());
        assertThat(attaching).isNotDone();

        Files.createFile(end);
        attaching.join();
        networks.collectGarbage(() -> Set.of(CniFixture.POD), CniFixture.soon());
        assertThat(node.plugins.story()).last().isEqualTo("GC one");
    }

    @Test
    void doesNotRunGcWhereTheNetworkForbidsIt() throws Exception {
        node.install("one");
        node.file(
                "10.conflist",
                "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"disableGC\":true,\"plugins\":[{\"type\":\"one\"}]}");

        node.ready().collectGarbage(Set::of, CniFixture.soon());

        assertThat(node.plugins.story()).doesNotContain("GC one");
    }

    private PodAttachment pod(String digit) {
        return node.pod(new PodId(digit.repeat(64)), CapabilityArguments.NONE);
    }
}
