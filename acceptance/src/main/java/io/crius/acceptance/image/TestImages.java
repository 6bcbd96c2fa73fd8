package io.crius.acceptance.image;

import io.crius.acceptance.image.OciLayout.Blob;
import io.crius.acceptance.image.OciLayout.Layer;
import io.crius.acceptance.image.TarWriter.Owner;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The images that the suite runs, made from the machine's static busybox, in a registry.
 *
 * <p>{@code busybox} runs {@code sh}; {@code entry} has an entrypoint, arguments, a user, an environment and a working
 * folder; {@code numeric} has numbers for a user; {@code layers} deletes and hides files of lower layers; {@code zstd},
 * {@code docker} and {@code multi} are the same content in other shapes; {@code silent} names no command; {@code links} has links out of it in the place
 * of /etc/passwd and /etc/group; {@code stopsignal} is
 * to be stopped by SIGUSR1; {@code broken} has
 * a layer whose bytes are not those of its digest.
 */
public final class TestImages {
    /** Where Debian's busybox-static puts it. */
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    /** Where {@code links} looks for users: Debian's own, of which the images know nothing. */
    public static final String USERS_OF_THE_NODE = "/usr/share/base-passwd/passwd.master";

    private static final Path COMPILER = Path.of("/usr/bin/gcc");

    private static final List<String> PROGRAMS = List.of("""
            cat chmod chown cp date dd df echo env false grep head hostname httpd id ip kill ln ls mkdir mknod
            mount mv nc ping printf ps pwd readlink rm seq sh sleep stat sync tail tee test touch tr true umount
            uname unshare usleep wc wget whoami yes
            """.strip().split("\\s+"));

    private final LoopbackRegistry registry;
    private final Blob busybox;
    private final Blob multi;

    private TestImages(LoopbackRegistry registry, Blob busybox, Blob multi) {
        this.registry = registry;
        this.busybox = busybox;
        this.multi = multi;
    }

    /** Makes all images below {@code folder} and brings them to the registry. */
    public static TestImages fill(LoopbackRegistry registry, Path folder) throws IOException, InterruptedException {
        OciLayout layout = OciLayout.create(folder.resolve("layout"));
        Layer base = layout.layer(Compression.GZIP, TestImages::base);
        TestImages images = few(registry, folder, layout, base);
        images.push(layout, "multi", images.multi);
        images.push(layout, "entry", entry(layout, base));
        images.push(
                layout,
                "numeric",
                layout.image(ImageConfig.empty().withCmd("id").withUser("1234:5678"), List.of(base)));
        images.push(
                layout,
                "stopsignal",
                layout.image(ImageConfig.empty().withCmd("sh").withStopSignal("SIGUSR1"), List.of(base)));
        images.push(
                layout,
                "volumes",
                layout.image(ImageConfig.empty().withCmd("sh").withVolumes("/made/deep", "/var/www"), List.of(base)));
        images.push(layout, "silent", layout.image(ImageConfig.empty(), List.of(base)));
        images.push(layout, "layers", layers(layout, base));
        images.push(layout, "links", links(layout, base));
        images.push(layout, "zstd", zstd(layout));
        registry.pushAsDocker(layout, "layers", "docker:latest");
        images.pushBroken(layout, base);
        return images;
    }

    /** As {@link #fill}, but only {@code busybox} and {@code pause}: enough to run pods. */
    public static TestImages fillWithBusybox(LoopbackRegistry registry, Path folder)
            throws IOException, InterruptedException {
        OciLayout layout = OciLayout.create(folder.resolve("layout"));
        return few(registry, folder, layout, layout.layer(Compression.GZIP, TestImages::base));
    }

    private static TestImages few(LoopbackRegistry registry, Path folder, OciLayout layout, Layer base)
            throws IOException, InterruptedException {
        Blob busybox = layout.image(ImageConfig.empty().withCmd("sh"), List.of(base));
        Blob multi = layout.index(Map.of(
                "amd64", architecture(layout, base, "amd64"),
                "arm64", architecture(layout, base, "arm64")));
        TestImages images = new TestImages(registry, busybox, multi);
        images.push(layout, "busybox", busybox);
        images.push(layout, "pause", pause(layout, folder));
        return images;
    }

    private void push(OciLayout layout, String name, Blob image) throws IOException, InterruptedException {
        layout.tag(name, image);
        registry.push(layout, name, name + ":latest");
    }

    /** The full name of one of the images, such as {@code 127.0.0.1:5000/busybox:latest}. */
    public String name(String image) {
        return registry.name(image + ":latest");
    }

    public String busybox() {
        return name("busybox");
    }

    /** busybox by the digest of its manifest. */
    public String busyboxByDigest() {
        return registry.name("busybox@" + busybox.digest());
    }

    /** The index of two architectures, by its digest. */
    public String multiByDigest() {
        return registry.name("multi@" + multi.digest());
    }

    public LoopbackRegistry registry() {
        return registry;
    }

    private static void base(TarWriter tar) throws IOException {
        tar.folder("bin").file("bin/busybox", Files.readAllBytes(BUSYBOX), Owner.PROGRAM);
        for (String program : PROGRAMS) {
            tar.symlink("bin/" + program, "busybox");
        }
        for (String folder : List.of("dev", "etc", "home", "proc", "root", "run", "srv", "sys", "var", "var/www")) {
            tar.folder(folder);
        }
        tar.folder("tmp", new Owner(0, 0, 01777));
        tar.folder("home/app", new Owner(1000, 1000, 0755));
        tar.file("etc/passwd", """
                root:x:0:0:root:/root:/bin/sh
                app:x:1000:1000:app:/home/app:/bin/sh
                nobody:x:65534:65534:nobody:/:/bin/false
                """);
        tar.file("etc/group", """
                root:x:0:
                app:x:1000:
                extra:x:2000:app
                nobody:x:65534:
                """);
        tar.file("var/www/index.html", "served by crius\n");
    }

    private static Blob entry(OciLayout layout, Layer base) throws IOException {
        return layout.image(
                ImageConfig.empty()
                        .withEntrypoint("/bin/echo", "entrypoint")
                        .withCmd("default-arg")
                        .withEnv("PATH=/bin", "GREETING=hello")
                        .withUser("app")
                        .withWorkingDir("/srv"),
                List.of(base));
    }

    private static Blob architecture(OciLayout layout, Layer base, String architecture) throws IOException {
        Layer own = layout.layer(Compression.GZIP, tar -> tar.file("arch", architecture + "\n"));
        return layout.image(architecture, ImageConfig.empty().withCmd("cat", "/arch"), List.of(base, own));
    }

    private static Blob layers(OciLayout layout, Layer base) throws IOException {
        Layer lower = layout.layer(
                Compression.GZIP,
                tar -> tar.folder("data")
                        .file("data/kept", "kept\n")
                        .file("data/deleted", "deleted\n")
                        .file("data/replaced", "old\n")
                        .folder("opaque")
                        .file("opaque/hidden", "hidden\n")
                        .folder("gone")
                        .file("gone/with-folder", "gone\n"));
        Layer upper = layout.layer(
                Compression.GZIP,
                tar -> tar.folder("data")
                        .file("data/.wh.deleted", "")
                        .file("data/replaced", "new\n")
                        .hardlink("data/linked", "data/replaced")
                        .folder("opaque")
                        .file("opaque/.wh..wh..opq", "")
                        .file("opaque/new", "new\n")
                        .file(".wh.gone", ""));
        return layout.image(ImageConfig.empty().withCmd("sh"), List.of(base, lower, upper));
    }

    private static Blob links(OciLayout layout, Layer base) throws IOException {
        String out = "../".repeat(20);
        Layer links = layout.layer(
                Compression.GZIP,
                tar -> tar.symlink("etc/passwd", out + USERS_OF_THE_NODE.substring(1))
                        .symlink("etc/group", USERS_OF_THE_NODE.replace("passwd.master", "group.master")));
        return layout.image(ImageConfig.empty().withCmd("sh"), List.of(base, links));
    }

    private static Blob zstd(OciLayout layout) throws IOException {
        Layer base = layout.layer(Compression.ZSTD, TestImages::base);
        Layer own = layout.layer(Compression.ZSTD, tar -> tar.file("zstd", "unpacked from zstd\n"));
        return layout.image(ImageConfig.empty().withCmd("sh"), List.of(base, own));
    }

    private void pushBroken(OciLayout layout, Layer base) throws IOException, InterruptedException {
        Layer own = layout.layer(Compression.GZIP, tar -> tar.file("broken", "these bytes will be others\n"));
        push(layout, "broken", layout.image(ImageConfig.empty().withCmd("sh"), List.of(base, own)));
        registry.corrupt(own.blob());
    }

    /** The sandbox's process: waits for ever, ends at SIGTERM, reaps what is left to it. Without a compiler it just sleeps. */
    private static Blob pause(OciLayout layout, Path folder) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("pause.c"), """
                #include <signal.h>
                #include <stdlib.h>
                #include <sys/wait.h>
                #include <unistd.h>
                static void stop(int signal) { (void)signal; _exit(0); }
                static void reap(int signal) { (void)signal; while (waitpid(-1, NULL, WNOHANG) > 0) {} }
                int main(void) {
                  signal(SIGINT, stop);
                  signal(SIGTERM, stop);
                  signal(SIGCHLD, reap);
                  for (;;) pause();
                }
                """);
        Path program = folder.resolve("pause");
        if (!Files.isExecutable(COMPILER)) {
            return layout.image(
                    ImageConfig.empty().withEntrypoint("/bin/sleep", "2147483647"),
                    List.of(layout.layer(Compression.GZIP, TestImages::base)));
        }
        Command.run(COMPILER.toString(), "-static", "-Os", "-s", "-o", program.toString(), source.toString());
        byte[] bytes = Files.readAllBytes(program);
        Layer layer = layout.layer(Compression.GZIP, tar -> tar.file("pause", bytes, Owner.PROGRAM));
        return layout.image(ImageConfig.empty().withEntrypoint("/pause"), List.of(layer));
    }
}
