package io.crius.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of drivers, kept by vfs. */
final class VfsDriverIT implements StorageDriverContract {
    @TempDir
    Path folder;

    private DriverFixture fixture;

    @BeforeEach
    void begin() {
        assumeTrue("root".equals(System.getProperty("user.name")), "owners and mounts need root");
        fixture = new DriverFixture(options(), folder);
    }

    @AfterEach
    void end() throws IOException {
        if (fixture != null) {
            fixture.end();
            ForeignTools.unmountBelow(folder, linux());
        }
    }

    @Override
    public DriverKind driver() {
        return DriverKind.VFS;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Store store() {
        return fixture.store();
    }

    @Override
    public Linux linux() {
        return fixture.linux();
    }
}
