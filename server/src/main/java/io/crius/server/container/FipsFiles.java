package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.oci.runtime.SpecMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * On a node in FIPS mode: what tells the libraries of a container so, and has them use the policies that its image brings for
 * that. Compat: containers/common's files, which images of RHEL look at. Thread-safe.
 */
public final class FipsFiles {
    private static final String SECRETS = "/run/secrets";
    private static final String POLICIES = "/usr/share/crypto-policies/";

    private static final List<String> BIND = List.of("bind", "rprivate");

    private final Path flag;

    /** {@code flag} is where the kernel says whether it is in that mode. */
    FipsFiles(Path flag) {
        this.flag = flag;
    }

    /** Of the running kernel. */
    public static FipsFiles ofKernel() {
        return new FipsFiles(Path.of("/proc/sys/crypto/fips_enabled"));
    }

    /**
     * Makes what is needed in {@code folder}, which the container owns, and says what is mounted.
     *
     * @param given mounts that the container has already; what they take is left to them
     */
    List<SpecMount> make(Path folder, Path rootfs, List<SpecMount> given) {
        if (!isOn()) {
            return List.of();
        }
        var mounts = new ArrayList<SpecMount>();
        Path secrets = folder.resolve(SECRETS.substring(1));
        try {
            Files.createDirectories(secrets);
            Files.write(secrets.resolve("system-fips"), new byte[0]);
        } catch (IOException e) {
            throw new CriusException.Failed("mark of FIPS mode in " + secrets + ": " + e, e);
        }
        mounts.add(SpecMount.bind(secrets.toString(), SECRETS, BIND));
        ofImage(rootfs, POLICIES + "back-ends/FIPS")
                .map(path -> SpecMount.bind(path.toString(), "/etc/crypto-policies/back-ends", BIND))
                .ifPresent(mounts::add);
        ofImage(rootfs, POLICIES + "default-fips-config")
                .map(path -> SpecMount.bind(path.toString(), "/etc/crypto-policies/config", BIND))
                .ifPresent(mounts::add);
        mounts.removeIf(
                mount -> given.stream().anyMatch(other -> other.destination().equals(mount.destination())));
        return List.copyOf(mounts);
    }

    private boolean isOn() {
        try {
            return Files.readString(flag).strip().equals("1");
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw new CriusException.Failed("read " + flag + ": " + e, e);
        }
    }

    /** Safety: a link of the image could lead to any file of the node, so there is none on the way. */
    private static Optional<Path> ofImage(Path rootfs, String path) {
        try {
            Path root = rootfs.toRealPath();
            Path wanted = root.resolve(path.substring(1));
            return Optional.of(wanted.toRealPath()).filter(wanted::equals);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CriusException.Failed("look for " + path + " in " + rootfs + ": " + e, e);
        }
    }
}
