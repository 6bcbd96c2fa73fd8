package io.crius.server.recovery;

import io.crius.linux.Depth;
import io.crius.linux.FakeLinux;
import io.crius.linux.Fd;
import io.crius.linux.IdRange;
import io.crius.linux.IoCallable;
import io.crius.linux.Linux;
import io.crius.linux.MountFlag;
import io.crius.linux.MountInfo;
import io.crius.linux.Mounts;
import io.crius.linux.Namespaces;
import io.crius.linux.OverlayMount;
import io.crius.linux.PinRequest;
import io.crius.linux.Propagation;
import io.crius.linux.UnmountFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The fake kernel, of which each change is one of the {@link Steps}. */
final class SteppedLinux {
    private SteppedLinux() {}

    static Linux of(FakeLinux fake, Steps steps) {
        return fake.linux()
                .withMounts(new SteppedMounts(fake.mounts(), steps))
                .withNamespaces(new SteppedNamespaces(fake.namespaces(), steps));
    }

    private record SteppedMounts(Mounts mounts, Steps steps) implements Mounts {
        @Override
        public void mount(String source, Path target, String type, Set<MountFlag> flags, String data)
                throws IOException {
            done("mount " + target, () -> mounts.mount(source, target, type, flags, data));
        }

        @Override
        public void bind(Path source, Path target, Depth depth) throws IOException {
            done("bind " + target, () -> mounts.bind(source, target, depth));
        }

        @Override
        public void bindMapped(Path source, Path target, Fd userNamespace) throws IOException {
            done("bind " + target, () -> mounts.bindMapped(source, target, userNamespace));
        }

        @Override
        public void propagation(Path target, Propagation propagation, Depth depth) throws IOException {
            done("propagation " + target, () -> mounts.propagation(target, propagation, depth));
        }

        @Override
        public void overlay(OverlayMount mount) throws IOException {
            done("overlay " + mount.target(), () -> mounts.overlay(mount));
        }

        @Override
        public void unmount(Path target, Set<UnmountFlag> flags) throws IOException {
            done("unmount " + target, () -> mounts.unmount(target, flags));
        }

        @Override
        public List<MountInfo> list() throws IOException {
            return mounts.list();
        }

        @Override
        public boolean isMountPoint(Path path) throws IOException {
            return mounts.isMountPoint(path);
        }

        private void done(String call, Change change) throws IOException {
            SteppedLinux.done(steps, call, change);
        }
    }

    private record SteppedNamespaces(Namespaces namespaces, Steps steps) implements Namespaces {
        @Override
        public void pin(PinRequest request) throws IOException {
            done(steps, "pin " + request.pins().values(), () -> namespaces.pin(request));
        }

        @Override
        public void unpin(Path pin) throws IOException {
            done(steps, "unpin " + pin, () -> namespaces.unpin(pin));
        }

        @Override
        public Fd user(List<IdRange> uids, List<IdRange> gids) throws IOException {
            return namespaces.user(uids, gids);
        }

        @Override
        public <T> T inNetwork(Path netns, IoCallable<T> work) throws IOException {
            return namespaces.inNetwork(netns, work);
        }
    }

    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    private static void done(Steps steps, String call, Change change) throws IOException {
        boolean _ = steps.kernel(call, () -> {
            change.make();
            return true;
        });
    }
}
