package io.crius.server.recovery;

import io.crius.cri.v1.Mount;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.PortMapping;
import io.crius.linux.FakeLinux;
import io.crius.linux.Linux;
import io.crius.server.container.VolumeLabels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is there whether or not a daemon runs: kernel, store, network, containers, and the folders of all. */
final class TestNode {
    final Steps steps;
    final FakeLinux fakeLinux = new FakeLinux();
    final Linux linux;
    final FakeNetworks networks;
    final FakeStore store;
    final FakeRules rules;
    final FakeRuntime runtime;
    final Path folder;
    private Path pods;

    /** The ports of the node that pods which are run here ask for. */
    List<PortMapping> ports = List.of();

    /** With whom the pods that are run here share their PID namespaces. */
    NamespaceMode pid = NamespaceMode.CONTAINER;

    /** What containers that are made here mount beside an image. */
    List<Mount> mounts = List.of();

    /** Labels on a node with SELinux. */
    Optional<VolumeLabels.Selinux> selinux = Optional.empty();

    private int generation;

    /** Whose daemons die while their threads go on for a while. */
    TestNode(Path folder) throws IOException {
        this(folder, Optional.empty());
    }

    /** In a world that lets daemons die. */
    TestNode(Path folder, Steps.World world) throws IOException {
        this(folder, Optional.of(world));
    }

    private TestNode(Path folder, Optional<Steps.World> world) throws IOException {
        this.steps = new Steps(world.orElseGet(CopiedJournals::new));
        Linux stepped = SteppedLinux.of(fakeLinux, steps);
        this.linux = world.isPresent() ? stepped.withFiles(new UnsyncedFiles()) : stepped;
        this.networks = new FakeNetworks(steps);
        this.rules = new FakeRules(steps);
        this.folder = folder;
        this.pods = folder.resolve("state-0");
        Files.createDirectories(exits());
        Files.createDirectories(images());
        this.store = new FakeStore(steps, folder.resolve("store"), fakeLinux.mounts());
        this.runtime = new FakeRuntime(steps, fakeLinux, exits());
    }

    Path exits() {
        return folder.resolve("exits");
    }

    /** Where images are mounted that containers mount. */
    Path images() {
        return folder.resolve("images");
    }

    /** The journals that the next daemon reads. */
    Path pods() {
        return pods;
    }

    /** A dead daemon's threads may still write journals: to another folder than its successor reads. */
    private final class CopiedJournals implements Steps.World {
        @Override
        public void called(String call) {}

        @Override
        public void dies() {
            keepJournals();
        }

        @Override
        public void died() {}
    }

    private void keepJournals() {
        Path copy = folder.resolve("state-" + ++generation);
        try (Stream<Path> files = Files.walk(pods)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(pods.relativize(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pods = copy;
    }

    /** The machine restarts: processes, mounts, namespaces and what is in volatile folders is gone, the disk is not. */
    void reboot() throws IOException {
        runtime.reboot();
        store.reboot();
        rules.reboot();
        fakeLinux.mounts().forgetAll();
        fakeLinux.namespaces().forgetAll();
        for (Path place : List.of(exits(), folder.resolve("run"), folder.resolve("ns"), images())) {
            deleteBelow(place);
        }
    }

    private static void deleteBelow(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return;
        }
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(place)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Whatever pods and containers hold; nothing where there is none. */
    List<String> leftovers() throws IOException {
        var left = new ArrayList<String>();
        left.addAll(fakeLinux.leftovers());
        left.addAll(networks.leftovers());
        left.addAll(rules.leftovers());
        left.addAll(store.leftovers());
        left.addAll(runtime.leftovers());
        for (Path place : List.of(pods, exits(), folder.resolve("run"), images())) {
            children(place).forEach(child -> left.add("file " + child));
        }
        return left;
    }

    private static List<Path> children(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.toList();
        }
    }
}
