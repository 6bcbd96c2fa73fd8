package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crius.cri.v1.Mount;
import io.crius.cri.v1.MountPropagation;
import io.crius.linux.Depth;
import io.crius.linux.MountFlag;
import io.crius.linux.MountInfo;
import io.crius.linux.Mounts;
import io.crius.linux.OverlayMount;
import io.crius.linux.UnmountFlag;
import io.crius.model.CriusException;
import io.crius.server.container.spec.GrantedMount;
import io.crius.server.container.spec.GrantedMount.Writing;
import io.crius.server.container.spec.SpecFixture;
import io.crius.server.node.HandlerRules;
import io.crius.server.state.RequestedMount.Propagation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMountsTest {
    private static final HandlerRules RECURSIVE =
            HandlerRules.NONE.withMounts(new HandlerRules.MountSupport(true, false));

    @TempDir
    Path folder;

    private final List<MountInfo> table = new ArrayList<>();
    private MountRules rules = MountRules.NONE;
    private HandlerRules handler = HandlerRules.NONE;

    @BeforeEach
    void theRootIsPrivate() throws IOException {
        folder = folder.toRealPath();
        table.add(mounted(Path.of("/")));
    }

    @Test
    void aMissingSourceIsMadeAsAFolder() throws IOException {
        Path missing = folder.resolve("not/there");
        assertThat(grant(of(missing))).isEqualTo(granted(missing, Writing.READ_WRITE, Propagation.PRIVATE));
        assertThat(missing).isDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(missing)))
                .startsWith("rwx");
    }

    @Test
    void aMissingSourceThatTheConfigurationNamesIsRefused() {
        Path missing = folder.resolve("hostname");
        rules = new MountRules(Set.of(missing), List.of());
        CriusException refusal = refusal(of(missing.resolve("../hostname")));
        assertThat(refusal).isInstanceOf(CriusException.FailedPrecondition.class);
        assertThat(refusal.getMessage())
                .isEqualTo("container main: mount of " + folder + "/hostname/../hostname at /data: cannot mount "
                        + missing + ": path does not exist and will cause issues as a directory"
                        + " (absent_mount_sources_to_reject names it)");
        assertThat(missing).doesNotExist();
    }

    @Test
    void linksOfTheNodeLeadToTheirTarget() throws IOException {
        Path target = Files.createFile(folder.resolve("target"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        assertThat(grant(of(link)).source()).isEqualTo(target);
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        assertThat(refusal(of(dangling)).getMessage())
                .isEqualTo("container main: mount of " + dangling + " at /data: the source is a link to " + folder
                        + "/nowhere, which does not exist");
    }

    @Test
    void aSourceBelowAFileIsRefusedByName() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        CriusException refusal = refusal(of(file.resolve("below")));
        assertThat(refusal).isInstanceOf(CriusException.InvalidArgument.class);
        assertThat(refusal.getMessage())
                .startsWith("container main: mount of " + file + "/below at /data: the source cannot be used: ");
    }

    @Test
    void aDestinationIsBroughtIntoItsNormalForm() {
        assertThat(grant(of(folder).setContainerPath("~/../a/./b/")).destination())
                .isEqualTo("/a/b");
    }

    @Test
    void mountsThatPropagateNeedASourceThatDoes() throws IOException {
        Path below = Files.createDirectories(folder.resolve("mnt/below"));
        table.add(mounted(folder.resolve("mnt"), "master:7"));
        var slave = of(below).setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER);
        var shared = of(below).setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);

        assertThat(grant(slave)).isEqualTo(granted(below, Writing.READ_WRITE, Propagation.HOST_TO_CONTAINER));
        CriusException refusal = refusal(shared);
        assertThat(refusal).isInstanceOf(CriusException.FailedPrecondition.class);
        assertThat(refusal.getMessage())
                .isEqualTo("container main: mount of " + below + " at /data: path \"" + below + "\" is mounted on \""
                        + folder + "/mnt\" but it is not a shared mount");

        table.add(mounted(folder.resolve("mnt"), "shared:9"));
        assertThat(grant(shared).propagation()).isEqualTo(Propagation.BIDIRECTIONAL);

        table.add(mounted(below));
        assertThat(refusal(slave).getMessage())
                .endsWith("is mounted on \"" + below + "\" but it is not a shared or slave mount");
    }

    @Test
    void aPrivateMountOfTheStoreSeesWhatIsUnmountedThere() {
        rules = new MountRules(Set.of(), List.of(folder.resolve("storage/overlay")));
        assertThat(grant(of(folder)).propagation()).isEqualTo(Propagation.HOST_TO_CONTAINER);
        assertThat(grant(of(folder.resolve("other"))).propagation()).isEqualTo(Propagation.PRIVATE);
    }

    @Test
    void recursivelyReadOnlyNeedsARuntimeThatKnowsIt() {
        var mount = of(folder).setReadonly(true).setRecursiveReadOnly(true);
        CriusException refusal = refusal(mount);
        assertThat(refusal).isInstanceOf(CriusException.FailedPrecondition.class);
        assertThat(refusal.getMessage())
                .isEqualTo("recursive read-only mount support is not available for hostPath \"" + folder + "\"");
        handler = RECURSIVE;
        assertThat(grant(mount).writing()).isEqualTo(Writing.RECURSIVE_READ_ONLY);
        assertThat(grant(of(folder).setReadonly(true)).writing()).isEqualTo(Writing.READ_ONLY);
    }

    private static Mount.Builder of(Path source) {
        return Mount.newBuilder().setHostPath(source.toString()).setContainerPath("/data");
    }

    private static GrantedMount granted(Path source, Writing writing, Propagation propagation) {
        return GrantedMount.ofNode(source, "/data", writing, propagation);
    }

    private static MountInfo mounted(Path place, String... propagation) {
        return new MountInfo(1, "/", place, "tmpfs", "tmpfs", List.of(), List.of(), List.of(propagation));
    }

    private GrantedMount grant(Mount.Builder mount) {
        var fixture = new SpecFixture();
        fixture.config().addMounts(mount);
        return new HostMounts(mounts(), rules)
                .grant("main", fixture.request().mounts().getFirst(), handler);
    }

    private CriusException refusal(Mount.Builder mount) {
        CriusException refusal = catchThrowableOfType(CriusException.class, () -> grant(mount));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private Mounts mounts() {
        return new MountTable(table);
    }

    /** Reads only: granting changes no mount. */
    private record MountTable(List<MountInfo> list) implements Mounts {
        @Override
        public void mount(String source, Path target, String type, Set<MountFlag> flags, String data) {
            throw new AssertionError("mount");
        }

        @Override
        public void bind(Path source, Path target, Depth depth) {
            throw new AssertionError("bind");
        }

        @Override
        public void bindMapped(Path source, Path target, io.crius.linux.Fd userNamespace) {
            throw new AssertionError("bindMapped");
        }

        @Override
        public void propagation(Path target, io.crius.linux.Propagation propagation, Depth depth) {
            throw new AssertionError("propagation");
        }

        @Override
        public void overlay(OverlayMount mount) {
            throw new AssertionError("overlay");
        }

        @Override
        public void unmount(Path target, Set<UnmountFlag> flags) {
            throw new AssertionError("unmount");
        }

        @Override
        public boolean isMountPoint(Path path) {
            throw new AssertionError("isMountPoint");
        }
    }
}
