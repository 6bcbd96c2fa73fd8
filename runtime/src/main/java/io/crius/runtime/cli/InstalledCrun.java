package io.crius.runtime.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which crun is installed at a path at this moment; another one after an upgrade. A script of that name is none: it may look at its
 * own path, and do whatever it likes with a specification.
 *
 * @param inode as the kernel numbers it, with its device
 */
public record InstalledCrun(Path program, String inode, FileTime changed, long size) {
    private static final String NAME = "crun";
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    /** Empty where something else is there, or nothing that can be read. */
    public static Optional<InstalledCrun> at(Path program) {
        if (!program.endsWith(NAME)) {
            return Optional.empty();
        }
        Path plain = program.normalize();
        try (InputStream in = Files.newInputStream(plain)) {
            if (!Arrays.equals(in.readNBytes(ELF.length), ELF)) {
                return Optional.empty();
            }
            BasicFileAttributes file = Files.readAttributes(plain, BasicFileAttributes.class);
            return Optional.of(
                    new InstalledCrun(plain, String.valueOf(file.fileKey()), file.lastModifiedTime(), file.size()));
        } catch (IOException _) {
            // Whoever executes it is told.
            return Optional.empty();
        }
    }
}
