package io.crius.network.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.IdMaps;
import io.crius.linux.IdRange;
import io.crius.linux.IoCallable;
import io.crius.linux.KernelFeature;
import io.crius.linux.KernelFeatures;
import io.crius.linux.KernelVersion;
import io.crius.linux.NamespaceKind;
import io.crius.linux.Namespaces;
import io.crius.linux.PinRequest;
import io.crius.linux.StatFs;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodNamespacesTest {
    @TempDir
    Path folder;

    private final PodId pod = new PodId("0123456789abcdef".repeat(4));
    private final FakeNamespaces kernel = new FakeNamespaces();

    @Test
    void plansWithoutTouchingAnything() {
        PodPins pins = namespaces().plan(pod, EnumSet.of(PodNamespace.UTS, PodNamespace.NETWORK));

        assertThat(pins.paths())
                .containsExactly(
                        Map.entry(PodNamespace.NETWORK, folder.resolve("netns").resolve(pod.value())),
                        Map.entry(PodNamespace.UTS, folder.resolve("utsns").resolve(pod.value())));
        assertThat(pins.path(PodNamespace.IPC)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void hasNothingToMakeForAPodThatUsesTheNodesNamespaces() {
        namespaces().create(namespaces().plan(pod, Set.of()), NamespaceSettings.NONE);

        assertThat(kernel.pinned).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void handsTheSettingsToTheKernel() {
        var ids = List.of(new IdRange(0, 100_000, 65_536));
        var settings =
                new NamespaceSettings(Optional.of(new IdMaps(ids, ids)), Map.of("net.x", "1"), Optional.of("host"));
        PodPins all = namespaces().plan(pod, EnumSet.allOf(PodNamespace.class));

        namespaces().create(all, settings);

        assertThat(kernel.last.orElseThrow().maps()).isEqualTo(settings.maps());

        assertThat(kernel.last.orElseThrow().sysctls()).isEqualTo(settings.sysctls());
        assertThat(kernel.last.orElseThrow().hostname()).isEqualTo(settings.hostname());
        assertThat(kernel.last.orElseThrow().pins()).containsOnlyKeys(NamespaceKind.values());
        assertThat(namespaces().existing()).containsExactly(all);
    }

    @Test
    void leavesNothingAndNamesThePodWhenTheKernelRefuses() {
        kernel.refuse("pin");

        assertThatThrownBy(() -> namespaces().create(all(), NamespaceSettings.NONE))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessage("make the namespaces of pod 0123456789ab: unshare: ENOSPC (No space left on device)")
                .hasCauseInstanceOf(ErrnoException.class);
        assertThat(kernel.pinned).isEmpty();
    }

    @Test
    void releasesTheOthersWhenOneCannotBe() {
        namespaces().create(all(), NamespaceSettings.NONE);
        Path stuck = all().path(PodNamespace.IPC).orElseThrow();
        kernel.refuse(stuck.toString());

        assertThatThrownBy(() -> namespaces().release(all()))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("release namespace pin " + stuck + ": umount2: EIO");
        assertThat(kernel.pinned).containsExactly(stuck);

        kernel.refused.clear();
        namespaces().release(all());
        namespaces().release(all());
        assertThat(kernel.pinned).isEmpty();
    }

    @Test
    void leavesPinsOfOthersAlone() throws IOException {
        Files.createDirectories(folder.resolve("netns"));
        Files.createFile(folder.resolve("netns/cni-123aa391-3bcd-1490-6c42-4bf10148e71f"));
        Files.createFile(folder.resolve("netns/blue"));

        assertThat(namespaces().existing()).isEmpty();
    }

    @Test
    void knowsALiveNamespaceByItsFileSystem() throws IOException {
        Path live = folder.resolve("live");
        kernel.pinned.add(live);

        assertThat(namespaces().isLive(live)).isTrue();
        assertThat(namespaces().isLive(Files.createFile(folder.resolve("file"))))
                .isFalse();
        assertThat(namespaces().isLive(folder.resolve("none"))).isFalse();
        kernel.refuse("statfs");
        assertThatThrownBy(() -> namespaces().isLive(live))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("look at namespace pin " + live);
    }

    private PodNamespaces namespaces() {
        return new PodNamespaces(folder, kernel, kernel);
    }

    private PodPins all() {
        return namespaces().plan(pod, EnumSet.complementOf(EnumSet.of(PodNamespace.USER)));
    }

    /** Pins are files; what is refused is named by call or path. */
    private static final class FakeNamespaces implements Namespaces, KernelFeatures {
        final Set<Path> pinned = new TreeSet<>();
        final Set<String> refused = new HashSet<>();
        Optional<PinRequest> last = Optional.empty();

        void refuse(String what) {
            refused.add(what);
        }

        @Override
        public void pin(PinRequest request) throws IOException {
            last = Optional.of(request);
            if (refused.contains("pin")) {
                throw new ErrnoException("unshare", Errno.ENOSPC);
            }
            for (Path pin : request.pins().values()) {
                pinned.add(Files.createFile(pin));
            }
        }

        @Override
        public void unpin(Path pin) throws IOException {
            if (refused.contains(pin.toString())) {
                throw new ErrnoException("umount2", Errno.EIO);
            }
            pinned.remove(pin);
            Files.deleteIfExists(pin);
        }

        @Override
        public io.crius.linux.Fd user(
                java.util.List<io.crius.linux.IdRange> uids, java.util.List<io.crius.linux.IdRange> gids) {
            throw new AssertionError("not expected here");
        }

        @Override
        public <T> T inNetwork(Path netns, IoCallable<T> work) {
            throw new AssertionError("not expected here");
        }

        @Override
        public KernelVersion version() {
            throw new AssertionError("not expected here");
        }

        @Override
        public boolean has(KernelFeature feature) {
            throw new AssertionError("not expected here");
        }

        @Override
        public Set<Integer> boundingCapabilities() {
            throw new AssertionError("not expected here");
        }

        @Override
        public int lastCapability() {
            throw new AssertionError("not expected here");
        }

        @Override
        public StatFs statFs(Path path) throws IOException {
            if (refused.contains("statfs")) {
                throw new ErrnoException("statfs", Errno.EIO);
            }
            if (!pinned.contains(path) && !Files.exists(path)) {
                throw new ErrnoException("statfs", Errno.ENOENT);
            }
            return new StatFs(pinned.contains(path) ? StatFs.NSFS : 0xef53, 4096, 1, 1, 1, 1, 1);
        }
    }
}
