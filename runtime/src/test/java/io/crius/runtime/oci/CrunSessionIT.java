package io.crius.runtime.oci;

import java.nio.file.Path;

final class CrunSessionIT extends SessionContract {
    @Override
    Path program() {
        return Path.of("/usr/bin/crun");
    }
}
