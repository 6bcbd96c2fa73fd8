package io.crius.runtime.oci;

import java.nio.file.Path;

final class RuncIT extends OciRuntimeContract {
    @Override
    Path program() {
        return Path.of("/usr/sbin/runc");
    }
}
