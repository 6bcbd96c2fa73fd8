package io.crius.server.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.Int64Value;
import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.LinuxSandboxSecurityContext;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.annotation.AnnotationRules;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.edge.WireRequests;
import io.crius.server.state.PodRequest;
import io.crius.server.state.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotatedUserTest {
    private static final String KEY = "io.kubernetes.cri-o.userns-mode";

    @TempDir
    Path etc;

    private final List<UserNamespace> taken = new ArrayList<>();
    private final LinuxSandboxSecurityContext.Builder security = LinuxSandboxSecurityContext.newBuilder();
    private Instant now = Instant.EPOCH;
    private AnnotatedUser users;

    @BeforeEach
    void putByIds() throws IOException {
        put("containers:100000:300000\nroot:1:1\n", "containers:100000:300000\n");
        users = new AnnotatedUser(new IdRanges(etc, () -> taken, InstantSource.system()), LeastIds.NONE);
    }

    private void put(String subuid, String subgid) throws IOException {
        Files.writeString(etc.resolve("subuid"), subuid);
        Files.writeString(etc.resolve("subgid"), subgid);
    }

    private PodRequest request() {
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("web")
                        .setNamespace("default")
                        .setUid("uid-1"))
                .setLinux(LinuxPodSandboxConfig.newBuilder().setSecurityContext(security));
        return new WireRequests()
                .pod(RunPodSandboxRequest.newBuilder().setConfig(config).build().toByteArray());
    }

    private static PodAnnotations annotations(String value) {
        return PodAnnotations.of(Map.of(KEY, value), new AnnotationRules(Set.of(KEY), Map.of()), List.of());
    }

    private UserNamespace choose(String value) {
        PodRequest request = request();
        users.check(request, annotations(value));
        return users.choose(request, annotations(value)).orElseThrow();
    }

    private static IdMapping map(long container, long host, long size) {
        return new IdMapping(container, host, size);
    }

    @Test
    void eachPodGetsIdsThatNoOtherHas() {
        assertThat(choose("auto").uids()).containsExactly(map(0, 100_000, 65_536));
        UserNamespace second = choose("auto");
        assertThat(second.uids()).isEqualTo(second.gids()).containsExactly(map(0, 165_536, 65_536));
        taken.add(new UserNamespace(List.of(map(0, 231_072, 1000)), List.of(map(0, 231_072, 1000))));
        assertThat(choose("auto:size=10").uids()).containsExactly(map(0, 232_072, 10));
    }

    @Test
    void whenAllAreTakenThatIsSaid() {
        assertThatThrownBy(() -> choose("auto:size=300001"))
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessageContaining("no 300001 ids in a row are free");
    }

    @Test
    void anIdThatWasGivenToNobodyIsFreeAgainSoon() {
        var ranges = new IdRanges(etc, List::of, () -> now);
        assertThat(ranges.take(300_000)).isEqualTo(100_000);
        assertThatThrownBy(() -> ranges.take(1)).isInstanceOf(CriusException.ResourceExhausted.class);
        now = now.plusSeconds(61);
        assertThat(ranges.take(300_000)).isEqualTo(100_000);
    }

    @Test
    void usersAndGroupsAreTheSameIds() throws IOException {
        put("containers:100000:300000\n", "containers:200000:300000\n");
        assertThat(choose("auto").gids()).containsExactly(map(0, 200_000, 65_536));
    }

    @Test
    void withoutIdsPutByItIsToldHow() throws IOException {
        put("root:1:1\n", "containers:1:1\n");
        assertThatThrownBy(() -> choose("auto"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("subuid: it has no line for that user; a line such as \"containers:");
    }

    @Test
    void theRunnerMayKeepItsIdOrBecomeRoot() {
        security.setRunAsUser(Int64Value.newBuilder().setValue(1000))
                .setRunAsGroup(Int64Value.newBuilder().setValue(2000));
        UserNamespace kept = choose("auto:keep-id=true");
        assertThat(kept.uids()).containsExactly(map(0, 100_000, 1000), map(1000, 1000, 1), map(1001, 101_000, 64_535));
        assertThat(kept.gids()).containsExactly(map(0, 100_000, 2000), map(2000, 2000, 1), map(2001, 102_000, 63_535));
        assertThat(choose("auto:map-to-root=true;size=5").uids()).containsExactly(map(0, 1000, 1), map(1, 165_536, 4));
    }

    @Test
    void mappingsMayBeGiven() {
        security.setRunAsUser(Int64Value.newBuilder().setValue(0));
        UserNamespace user = choose("private:uidmapping=0:200000:100,100:400000:5");
        assertThat(user.uids()).isEqualTo(user.gids()).containsExactly(map(0, 200_000, 100), map(100, 400_000, 5));
    }

    @Test
    void hostIsTheNodesOwn() {
        assertThat(users.choose(request(), annotations("host"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'automatic', 'invalid userns mode: \"automatic\"'",
        "'private', 'userns requested but no userns mappings configured'",
        "'auto:keep-id=true;map-to-root=true', 'cannot use both keep-id and map-to-root'",
        "'auto:size=0', '\"0\" is no number of ids'",
        "'auto:colour=red', '\"colour=red\" is no option here; there are gidmapping, keep-id, map-to-root, size, uidmapping'",
        "'private:uidmapping=0:1', '\"0:1\" is not a mapping such as 0:100000:65536'",
        "'private:uidmapping=0:1:4294967295', '\"0:1:4294967295\" goes beyond the largest id'",
    })
    void whatCannotBeMeantIsRefused(String value, String why) {
        assertThatThrownBy(() -> choose(value))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("pod default/web: annotation userns-mode.crio.io \"" + value + "\": ")
                .hasMessageEndingWith(why);
    }

    @Test
    void idsByNameNeedToKnowTheRunner() {
        assertThatThrownBy(() -> choose("auto:keep-id=true"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageEndingWith("names ids: run_as_user is needed with it");
    }

    @Test
    void onlyIdsThatTheNodeAllowsMayBeMapped() {
        security.setRunAsUser(Int64Value.newBuilder().setValue(0));
        least(new LeastIds(200_000, 300_000));
        assertThatThrownBy(() -> choose("private:uidmapping=0:199999:10;gidmapping=0:300000:10"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("pod default/web: annotation userns-mode.crio.io: not allowed to map UID range"
                        + " (199999-200008), below minimum mappable UID 200000");
        assertThatThrownBy(() -> choose("private:uidmapping=0:200000:10;gidmapping=0:200000:10"))
                .hasMessageEndingWith(
                        "not allowed to map GID range (200000-200009), below minimum mappable GID 300000");
        assertThat(choose("private:uidmapping=0:200000:10;gidmapping=0:300000:10")
                        .gids())
                .containsExactly(map(0, 300_000, 10));
        security.setRunAsUser(Int64Value.newBuilder().setValue(1000));
        assertThatThrownBy(() -> choose("auto:keep-id=true"))
                .hasMessageEndingWith("not allowed to map UID range (1000-1000), below minimum mappable UID 200000");
    }

    @Test
    void whoIsNotRootMapsNothingWithoutABound() {
        security.setRunAsUser(Int64Value.newBuilder().setValue(1000));
        assertThatThrownBy(() -> choose("private:uidmapping=0:200000:10"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageEndingWith("cannot use uidmapping or gidmapping if not running as root and"
                        + " minimum_mappable_uid is not set");
        least(new LeastIds(1001, -1));
        assertThatThrownBy(() -> choose("private:uidmapping=0:200000:10"))
                .hasMessageEndingWith("if running as a UID below minimum_mappable_uid 1001");
        least(new LeastIds(1000, -1));
        assertThat(choose("private:uidmapping=0:200000:10").uids()).containsExactly(map(0, 200_000, 10));
    }

    private void least(LeastIds least) {
        users = new AnnotatedUser(new IdRanges(etc, () -> taken, InstantSource.system()), least);
    }

    @Test
    void thePodsRootHasToBeSomebody() {
        least(new LeastIds(0, 0));
        security.setRunAsUser(Int64Value.newBuilder().setValue(5));
        assertThatThrownBy(() -> choose("private:uidmapping=5:200000:100"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageEndingWith("leaves out 0, who is root in the pod");
    }

    @Test
    void namespacesOfTheNodeDoNotGoWithIt() {
        security.setNamespaceOptions(NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE));
        assertThatThrownBy(() -> choose("auto"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("cannot use the node's network, pid or ipc namespace");
    }
}
