package io.crius.runtime.oci;

import java.nio.file.Path;

final class RuncSessionIT extends SessionContract {
    @Override
    Path program() {
        return Path.of("/usr/sbin/runc");
    }
}
