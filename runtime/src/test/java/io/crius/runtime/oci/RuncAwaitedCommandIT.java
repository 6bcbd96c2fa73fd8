package io.crius.runtime.oci;

import java.nio.file.Path;

final class RuncAwaitedCommandIT extends AwaitedCommandContract {
    @Override
    Path program() {
        return Path.of("/usr/sbin/runc");
    }
}
