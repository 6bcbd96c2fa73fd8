package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script that {@link CrashIT} counts leaks with sees one thing of each kind, which is left here on a node without a server. */
class CountHeldIT {
    private static final String ID = "0123456789abcdef".repeat(4);

    private final String name =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final Path folder = Path.of("/tmp/crius-" + name);
    private final List<String> undo = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private Process server;

    @BeforeEach
    void makeNode() throws Exception {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
        Files.createDirectories(folder.resolve("d/run"));
        Files.createDirectories(folder.resolve("d/storage"));
        server = new ProcessBuilder(
                        "sh", "-c", "exec 3>" + folder.resolve("d/held") + "; read line; true & exec sleep 1000")
                .start();
        processes.add(server);
        Await.until("it holds a file", Node.LIMIT, () -> Files.exists(folder.resolve("d/held")));
    }

    @AfterEach
    void takeAway() throws Exception {
        processes.forEach(Process::destroyForcibly);
        for (Process process : processes) {
            process.waitFor();
        }
        for (String command : undo.reversed()) {
            Command.run("sh", "-c", command);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Set<String> held() throws Exception {
        return Node.held(folder, server.pid());
    }

    private void make(String command, String undoing) throws Exception {
        undo.add(undoing);
        Command.run("sh", "-c", command);
    }

    private Path write(String file, String text) throws IOException {
        Path path = folder.resolve("d").resolve(file);
        Files.createDirectories(Node.parent(path));
        return Files.writeString(path, text);
    }

    @Test
    void filesOfEveryPartAreTold() throws Exception {
        Set<String> before = held();
        for (String file : List.of(
                "state/pods/" + ID + "/pod.journal",
                "run/pods/" + ID + "/hostname",
                "run/exits/" + ID,
                "run/attach/" + ID,
                "run/oci/" + ID + "/status",
                "run/ns/netns/" + ID,
                "run/probe/" + ID + "/config.json",
                "storage/overlay/" + ID + "/link",
                "storage/overlay/tempdirs/temp-dir-1/lock",
                "storage/overlay-layers/" + ID + ".tar-split.gz",
                "storage/overlay-containers/" + ID + "/userdata/config.json",
                "../addresses/crius-" + name + "/10.1.2.3")) {
            write(file, "");
            assertThat(held())
                    .contains("1 file " + Path.of("d").resolve(file).normalize())
                    .isNotEqualTo(before);
        }
    }

    @Test
    void recordsAndMountCountsOfTheStoreAreTold() throws Exception {
        String record = "[{\"id\":\"" + ID + "\",\"names\":[\"one\"],\"created\":\"2026-01-01T00:00:00Z\"}]";
        write("storage/overlay-layers/layers.json", record);
        write("storage/overlay-containers/containers.json", record);
        write("storage/overlay-images/images.json", record);
        write(
                "run/storage/overlay-layers/mountpoints.json",
                "[{\"id\":\"" + ID + "\",\"path\":\"/merged\",\"count\":2}]");
        assertThat(held())
                .contains("1 layers " + ID, "1 containers " + ID, "1 images " + ID, "1 layer-mounts " + ID + " 2");
    }

    @Test
    void whatIsMountedAndPinnedIsTold() throws Exception {
        Path memory = Files.createDirectories(folder.resolve("d/run/pods/" + ID + "/shm"));
        Path pin = write("run/ns/utsns", "");
        make("mount -t tmpfs shm " + memory, "umount " + memory);
        make("mount -t tmpfs shm " + memory, "umount " + memory);
        make("unshare --uts=" + pin + " true", "umount " + pin);
        assertThat(held()).contains("2 mount " + memory, "1 mount " + pin);
    }

    @Test
    void cgroupsOfEveryHierarchyAndProcessesInThemAreTold() throws Exception {
        for (String hierarchy : List.of("pids", "freezer")) {
            Path cgroup = Path.of("/sys/fs/cgroup", hierarchy);
            Assumptions.assumeTrue(Files.isDirectory(cgroup), "needs cgroup v1");
            Path pod = cgroup.resolve("crius-" + name).resolve("crio-" + ID);
            make("mkdir -p " + pod, "rmdir " + pod + " " + pod.getParent());
        }
        Process process = process("sleep", "1000");
        Path pod = Path.of("/sys/fs/cgroup/pids/crius-" + name + "/crio-" + ID);
        Files.writeString(pod.resolve("cgroup.procs"), Long.toString(process.pid()));
        assertThat(held())
                .contains(
                        "1 cgroup " + pod,
                        "1 cgroup /sys/fs/cgroup/freezer/crius-" + name + "/crio-" + ID,
                        "1 process sleep");
        process.destroyForcibly().waitFor();
    }

    private Process process(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    @Test
    void processesThatNameTheFolderOrSeeAPartOfItAreTold() throws Exception {
        Path memory = Files.createDirectories(folder.resolve("d/run/memory"));
        make("mount -t tmpfs memory " + memory, "umount " + memory);
        Process monitor = process("sh", "-c", "read line", folder + "/d/run/attach");
        Await.until("a monitor is told", Node.LIMIT, () -> held().contains("1 process sh"));
        Process contained = process("unshare", "--mount", "tail", "-f", "/dev/null");
        Await.until("a process that sees the mount is told", Node.LIMIT, () -> held().contains("1 process tail"));
        contained.destroyForcibly().waitFor();
        monitor.destroyForcibly().waitFor();
    }

    @Test
    void descriptorsOfTheServerAndItsUncollectedChildrenAreTold() throws Exception {
        assertThat(held()).contains("1 descriptor " + folder + "/d/held");
        server.getOutputStream().close();
        Await.until(
                "a zombie is told",
                Node.LIMIT,
                () -> held().contains("1 process true (not collected)")
                        || held().contains("1 process sh (not collected)"));
    }

    @Test
    void interfacesRulesAndRememberedAttachmentsAreTold() throws Exception {
        String bridge = "cr" + name;
        make("ip link add " + bridge + " type bridge", "ip link delete " + bridge);
        Command.run("ip", "address", "add", "10.99.98.1/24", "dev", bridge);
        make("ip link add p" + name + " type veth peer name q" + name, "ip link delete p" + name);
        Command.run("ip", "link", "set", "p" + name, "master", bridge);
        String table = "table ip crius-test-" + name;
        make("nft add " + table, "nft delete " + table);
        Command.run("nft", "add map ip crius-test-" + name + " ports { type inet_service : ipv4_addr; }");
        Command.run("nft", "add element ip crius-test-" + name + " ports { 8080 : 10.99.98.7 }");
        Path cached = Path.of("/var/lib/cni/results/crius-" + name + "-" + ID + "-eth0");
        make("mkdir -p " + cached.getParent() + " && touch " + cached, "rm " + cached);
        assertThat(held())
                .contains("1 interface p" + name, "1 attachment " + cached)
                .anyMatch(line -> line.startsWith("1 rule ") && line.contains("8080 : 10.99.98.7"));
    }
}
