package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.Device;
import io.crius.cri.v1.Int64Value;
import io.crius.cri.v1.LinuxContainerConfig;
import io.crius.cri.v1.LinuxContainerSecurityContext;
import io.crius.model.CriusException;
import io.crius.oci.cdi.CdiEdits;
import io.crius.oci.cdi.CdiSpec;
import io.crius.oci.runtime.LinuxDevice;
import io.crius.server.annotation.AnnotationRules;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.container.DeviceRules.Ownership;
import io.crius.server.container.spec.GrantedDevice;
import io.crius.server.container.spec.SpecFixture;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.node.HandlerRules.PrivilegedDevices;
import io.crius.server.state.RequestedDevice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostDevicesTest {
    private static final AnnotationRules ALLOWED = new AnnotationRules(Set.of("devices.crio.io"), Map.of());

    private final SpecFixture fixture = new SpecFixture();
    private DeviceRules rules = new DeviceRules(
            List.of(new RequestedDevice("/dev/zero", "/dev/thing", "r")), Set.of("/dev/null"), Ownership.NODE);

    @Test
    void anAnnotatedDeviceBeatsAnAdditionalOneAndARequestedOneBoth() {
        assertThat(devices("")).extracting(HostDevicesTest::text).containsExactly("/dev/thing 1:5 r");
        assertThat(devices("/dev/null:/dev/thing:rw"))
                .extracting(HostDevicesTest::text)
                .containsExactly("/dev/thing 1:3 rw");
        fixture.config().addDevices(Device.newBuilder().setHostPath("/dev/full").setContainerPath("/dev/thing"));
        assertThat(devices("/dev/null:/dev/thing:rw,/dev/null"))
                .extracting(HostDevicesTest::text)
                .containsExactly("/dev/thing 1:7 rwm", "/dev/null 1:3 rwm");
    }

    @Test
    void anAnnotationAsksOnlyForWhatIsAllowed() {
        assertThatThrownBy(() -> devices("/dev/full"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage(
                        "container main: annotation devices.crio.io: device /dev/full is not one of allowed_devices");
        assertThatThrownBy(() -> devices("/tmp/full"))
                .hasMessage(
                        "container main: annotation devices.crio.io: expected \"/dev/host:/dev/container:rwm\", found"
                                + " \"/tmp/full\"");
    }

    @Test
    void deviceNodesBelongToTheProcessWhereTheNodeWantsThat() {
        rules = new DeviceRules(List.of(), Set.of("/dev/null"), Ownership.PROCESS);
        fixture.config().addDevices(Device.newBuilder().setHostPath("/dev/full"));
        assertThat(devices("/dev/null"))
                .allSatisfy(granted -> assertThat(granted.device().uid()).hasValue(0));
        fixture.config()
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setSecurityContext(LinuxContainerSecurityContext.newBuilder()
                                .setRunAsUser(Int64Value.newBuilder().setValue(1000))
                                .setRunAsGroup(Int64Value.newBuilder().setValue(2000))));
        assertThat(devices("/dev/null")).hasSize(2).allSatisfy(granted -> {
            assertThat(granted.device().uid()).hasValue(1000);
            assertThat(granted.device().gid()).hasValue(2000);
        });
    }

    @Test
    void aCdiDeviceNodeTakesFromTheNodeWhatItLeavesOpen() {
        CdiEdits edits = edits("""
                [{"path": "/dev/a", "hostPath": "/dev/null"},
                 {"path": "/dev/b", "type": "c", "major": 9, "minor": 8, "fileMode": 384, "permissions": "r", "uid": 7},
                 {"path": "/dev/pipe", "type": "p"}]""");
        var user = new Resolved(1000, 0, List.of(), "", "");
        List<GrantedDevice> devices =
                CdiNodes.complete(List.of(edits), user).getFirst().devices();
        assertThat(devices)
                .extracting(HostDevicesTest::text)
                .containsExactly("/dev/a 1:3 rwm", "/dev/b 9:8 r", "/dev/pipe 0:0 rwm");
        assertThat(devices.get(0).device().uid()).hasValue(1000);
        assertThat(devices.get(0).device().gid()).isEmpty();
        assertThat(devices.get(1).device())
                .isEqualTo(new LinuxDevice(
                        "/dev/b", "c", 9, 8, OptionalInt.of(0600), OptionalLong.of(7), OptionalLong.empty()));
    }

    @Test
    void aCdiDeviceNodeThatTheNodeDoesNotHaveIsRefused() {
        var user = new Resolved(0, 0, List.of(), "", "");
        assertThatThrownBy(() -> CdiNodes.complete(List.of(edits("[{\"path\": \"/dev/of-crius\"}]")), user))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("CDI device injection failed: device node /dev/of-crius: ");
        assertThatThrownBy(() -> CdiNodes.complete(
                        List.of(edits("[{\"path\": \"/dev/x\", \"hostPath\": \"/dev/null\", \"type\": \"b\"}]")), user))
                .hasMessage("CDI device injection failed: /dev/null is not a device node of type b");
    }

    @Test
    void aFolderStandsForTheDevicesInIt() {
        rules = DeviceRules.NONE;
        fixture.config().addDevices(Device.newBuilder().setHostPath("/dev").setContainerPath("/dev/of-the-node"));
        assertThat(devices(""))
                .extracting(HostDevicesTest::text)
                .contains("/dev/of-the-node/null 1:3 rwm", "/dev/of-the-node/zero 1:5 rwm");
    }

    /** What is below /dev/pts and the like is the container's own. */
    @Test
    void aPrivilegedContainerHasTheNodesDevicesButNotItsTerminals() {
        rules = DeviceRules.NONE;
        fixture.privileged();
        List<String> all = new HostDevices(Path.of("/dev"), rules)
                .of(fixture.request(), PodAnnotations.NONE.container("main", Map.of()), PrivilegedDevices.ALL).stream()
                        .map(granted -> granted.device().path())
                        .toList();
        assertThat(all)
                .contains("/dev/null", "/dev/full")
                .noneMatch(path -> path.matches("/dev/(pts|shm|mqueue|console|hugepages)(/.*)?"));
    }

    private static CdiEdits edits(String nodes) {
        String json = "{\"cdiVersion\": \"0.5.0\", \"kind\": \"v.com/g\", \"devices\":"
                + " [{\"name\": \"a\", \"containerEdits\": {\"deviceNodes\": " + nodes + "}}]}";
        return Objects.requireNonNull(CdiSpec.parseJson(json.getBytes(StandardCharsets.UTF_8), "g.json")
                .devices()
                .get("a"));
    }

    private List<GrantedDevice> devices(String annotation) {
        var annotations = PodAnnotations.of(Map.of("devices.crio.io", annotation), ALLOWED, List.of())
                .container("main", Map.of());
        return new HostDevices(Path.of("/dev"), rules).of(fixture.request(), annotations, PrivilegedDevices.NONE);
    }

    private static String text(GrantedDevice granted) {
        LinuxDevice device = granted.device();
        return device.path() + " " + device.major() + ":" + device.minor() + " " + granted.permissions();
    }
}
