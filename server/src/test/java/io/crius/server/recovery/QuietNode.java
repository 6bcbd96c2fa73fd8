package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.MountInfo;
import io.crius.model.ContainerId;
import io.crius.model.PodId;
import io.crius.server.edge.WireRequests;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.JournalFolder;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What holds while nobody works: all that is held is somebody's who is recorded, all that is recorded is held, ends are known, and
 * whoever read the journals now would know the same.
 *
 * @param removals the ids of objects that somebody asked to remove: what they hold may be gone before they are
 */
record QuietNode(TestNode node, TestDaemon daemon, Set<String> removals) {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    void check() {
        daemon.registry.pods().forEach(this::holdsWhatItSays);
        daemon.registry.containers().forEach(this::holdsWhatItSays);
        held().forEach(this::isSomebodys);
    }

    private void holdsWhatItSays(Pod pod) {
        if (pod.state() instanceof PodState.Ready) {
            assertThat(node.networks.attached()).as("attached").contains(pod.id());
            for (Path pin : pod.definition().plan().pins().paths().values()) {
                assertThat(node.fakeLinux.namespaces().pinned(pin))
                        .as("pin %s", pin)
                        .isPresent();
            }
        }
    }

    private void holdsWhatItSays(Container container) {
        ContainerId id = container.id();
        assertThat(container.state().alive().isPresent())
                .as("whether container %s lives, which is %s", id, container.state())
                .isEqualTo(node.runtime.lives(id));
        boolean goes = removals.contains(id.value())
                || removals.contains(container.definition().pod().value());
        if (!goes || container.state().alive().isPresent()) {
            assertThat(node.store.container(id)).as("layer of %s", id).isPresent();
        }
        if (container.state() instanceof ContainerState.Exited exited) {
            Optional<Integer> code = Optional.ofNullable(node.runtime.ends.get(id));
            code.ifPresent(written ->
                    assertThat(exited.exit().code()).as("exit code of %s", id).contains(written));
        } else {
            assertThat(node.store.isMounted(id)).as("root of %s is mounted", id).isTrue();
        }
    }

    /** By a word for it: whatever the node has that tells an id. */
    private Stream<String> held() {
        return Stream.of(
                        node.runtime.known().stream().map(id -> "container of the runtime " + id),
                        node.store.containers().stream().map(stored -> "layer " + stored.id()),
                        node.networks.attached().stream().map(id -> "attachment " + id),
                        node.fakeLinux.mounts().list().stream()
                                .map(MountInfo::mountPoint)
                                .map(point -> "mount " + point),
                        node.fakeLinux.leftovers().stream())
                .flatMap(held -> held);
    }

    private void isSomebodys(String held) {
        Matcher ids = ID.matcher(held);
        // All containers mount this one, and share the mount.
        boolean owned = held.contains(FakeStore.IMAGE.value())
                && !daemon.registry.everyContainer().isEmpty();
        while (!owned && ids.find()) {
            owned = daemon.registry.any(new PodId(ids.group())).isPresent()
                    || daemon.registry.any(new ContainerId(ids.group())).isPresent();
        }
        assertThat(owned).as("whether somebody has %s", held).isTrue();
    }

    /** Changes when a journal does: they only grow, and go. */
    String journalsAtAGlance() {
        try (Stream<Path> files = Files.walk(node.pods(), 2)) {
            var all = new TreeMap<String, Long>();
            for (Path file : files.toList()) {
                all.put(file.toString(), Files.isDirectory(file) ? 0 : Files.size(file));
            }
            return all.toString();
        } catch (NoSuchFileException _) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the journals as the next daemon would. */
    void checkJournals() {
        var read = new Registry(node.pods());
        try {
            new JournalFolder(read, new WireRequests()).restore();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts it", e);
        }
        assertThat(read.quarantined()).isEmpty();
        assertThat(journaled(read)).as("what the journals say").isEqualTo(journaled(daemon.registry));
    }

    /** A creation that failed needs no record beside its plan. */
    private static Map<String, Object> journaled(Registry registry) {
        var all = new TreeMap<String, Object>();
        for (Pod pod : registry.everyPod()) {
            all.put(pod.id().value(), isUnfinished(pod.state()) ? "unfinished" : pod.state());
        }
        for (Container container : registry.everyContainer()) {
            all.put(
                    container.id().value(),
                    isUnfinished(container.state()) ? "unfinished" : List.of(container.state(), container.resources()));
        }
        return all;
    }

    private static boolean isUnfinished(PodState state) {
        return state instanceof PodState.Creating || state instanceof PodState.Doomed;
    }

    private static boolean isUnfinished(ContainerState state) {
        return state instanceof ContainerState.Creating || state instanceof ContainerState.Doomed;
    }
}
