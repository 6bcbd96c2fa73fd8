package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.CDIDevice;
import io.crius.cri.v1.Device;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What vendors and administrators put on the node for containers: CDI devices, OCI hooks, device annotations. */
@Needs(Trait.READS_CRIO_CONF)
class NodeDevicesIT {
    private static final Path FOLDER = temporary();

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            cdi_spec_dirs = ["%1$s/cdi"]
            hooks_dir = ["%1$s/hooks"]
            allowed_devices = ["/dev/full"]
            device_ownership_from_security_context = true
            """.formatted(FOLDER));

    private static Path temporary() {
        try {
            return Files.createTempDirectory("crius-vendor-");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void foldersAreEmpty() throws IOException {
        Files.createDirectories(FOLDER.resolve("cdi"));
        Files.createDirectories(FOLDER.resolve("hooks"));
    }

    @AfterEach
    void emptyFolders() throws IOException {
        removeBelow(FOLDER);
    }

    @AfterAll
    static void removeFolder() throws IOException {
        Files.deleteIfExists(FOLDER);
    }

    private static void removeBelow(Path folder) throws IOException {
        try (var found = Files.walk(folder)) {
            for (Path path : found.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.delete(path);
                }
            }
        }
    }

    @Test
    void aCdiDeviceBringsEnvironmentNodesAndMounts() throws Exception {
        Files.writeString(Files.createDirectories(FOLDER.resolve("lib")).resolve("driver"), "of the vendor\n");
        Files.writeString(FOLDER.resolve("cdi/vendor.yaml"), """
                cdiVersion: "0.5.0"
                kind: vendor.example/gpu
                containerEdits:
                  env:
                  - VENDOR=yes
                devices:
                - name: first
                  containerEdits:
                    env: [GPU=first]
                    deviceNodes:
                    - path: /dev/gpu
                      hostPath: /dev/zero
                    mounts:
                    - hostPath: %s
                      containerPath: /usr/lib/vendor
                      options: [ro]
                """.formatted(FOLDER.resolve("lib")));
        assertThat(node.output(node.shell(
                                "main",
                                "echo $VENDOR $GPU; head -c 3 /dev/gpu | wc -c; cat /usr/lib/vendor/driver;"
                                        + " touch /usr/lib/vendor/x 2>/dev/null || echo refused")
                        .with(c -> c.addCDIDevices(CDIDevice.newBuilder().setName("vendor.example/gpu=first")))))
                .isEqualTo("yes first\n3\nof the vendor\nrefused\n");
    }

    @Test
    void aCdiDeviceIsAskedForByAnnotationToo() throws Exception {
        Files.writeString(FOLDER.resolve("cdi/vendor.json"), """
                {"cdiVersion": "0.3.0", "kind": "vendor.example/nic",
                 "devices": [{"name": "a", "containerEdits": {"env": ["NIC=a"]}}]}""");
        assertThat(node.output(
                        node.shell("main", "echo $NIC").annotation("cdi.k8s.io/plugin_a", "vendor.example/nic=a")))
                .isEqualTo("a\n");
    }

    @Test
    void aCdiDeviceThatIsNotThereIsRefusedByName() throws Exception {
        Files.writeString(FOLDER.resolve("cdi/broken.yaml"), "cdiVersion: [");
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.create(
                pod,
                node.idle("main")
                        .with(c -> c.addCDIDevices(CDIDevice.newBuilder().setName("vendor.example/gpu=none")))));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .isEqualTo("CDI device injection failed: unresolvable CDI devices vendor.example/gpu=none");
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void hooksRunForTheContainersThatTheyAreForAndAreReadAgain() throws Exception {
        Path told = FOLDER.resolve("told");
        Path program = Files.writeString(FOLDER.resolve("hook"), "#!/bin/sh\ncat > " + told + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(FOLDER.resolve("hooks/bad.json"), "{");
        Pod pod = node.runPod("web");
        String before = node.run(pod, node.idle("before").annotation("team", "blue"));
        assertThat(told).doesNotExist();
        Files.writeString(FOLDER.resolve("hooks/10-tell.json"), """
                {"version": "1.0.0", "hook": {"path": "%s"}, "stages": ["prestart"],
                 "when": {"annotations": {"^team$": "^blue$"}}}""".formatted(program));
        node.run(pod, node.idle("other").annotation("team", "red"));
        assertThat(told).doesNotExist();
        String id = node.run(pod, node.idle("main").annotation("team", "blue"));
        assertThat(told).content().contains("\"id\"", id).doesNotContain(before);
    }

    @Test
    void aHookThatFailsKeepsTheContainerFromBeingMade() throws Exception {
        Files.writeString(FOLDER.resolve("hooks/fail.json"), """
                {"version": "1.0.0", "hook": {"path": "/bin/false"}, "stages": ["createRuntime"],
                 "when": {"always": true}}""");
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.run(pod, node.idle("main")));
        assertThat(failure.message()).contains("hook");
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void aDeviceIsAskedForByAnnotationWhereItIsAllowed() throws Exception {
        Pod pod = node.run(node.pod("web").annotation("devices.crio.io/main", "/dev/full:/dev/mine:r"));
        assertThat(node.output(
                        pod,
                        node.shell("main", "head -c 2 /dev/mine | wc -c; stat -c %u /dev/mine")
                                .user(1000)))
                .isEqualTo("2\n1000\n");
        assertThat(node.output(pod, node.shell("other", "test -e /dev/mine || echo none")))
                .isEqualTo("none\n");
    }

    @Test
    void aDeviceThatIsNotAllowedIsRefusedByName() throws Exception {
        Pod pod = node.run(node.pod("web").annotation("io.kubernetes.cri-o.Devices", "/dev/kmsg"));
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main")));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .isEqualTo(
                        "container main: annotation devices.crio.io: device /dev/kmsg is not one of allowed_devices");
    }

    @Test
    void aRequestedDeviceBelongsToTheUserOfTheProcess() throws Exception {
        assertThat(node.output(node.shell("main", "stat -c '%u %g' /dev/given")
                        .user(1000)
                        .group(2000)
                        .with(c -> c.addDevices(Device.newBuilder()
                                .setHostPath("/dev/full")
                                .setContainerPath("/dev/given")
                                .setPermissions("rw")))))
                .isEqualTo("1000 2000\n");
    }

    @Test
    void theSpecTellsOtherToolsWhatTheContainerIs() throws Exception {
        Pod pod = node.run(node.pod("web").annotation("team", "blue"));
        String id = node.run(pod, node.idle("main").label("app", "web"));
        String info = node.containers().verboseStatus(id).getInfoOrThrow("info");
        assertThat(info)
                .contains(
                        "\"io.kubernetes.cri-o.ContainerType\":\"container\"",
                        "\"io.kubernetes.cri-o.SandboxID\":\"" + pod.id() + "\"",
                        "\"io.kubernetes.cri-o.TTY\":\"false\"",
                        "\"io.kubernetes.cri-o.IP.0\":\"",
                        "\"team\":\"blue\"",
                        "\"app\":\"web\"");
    }
}
