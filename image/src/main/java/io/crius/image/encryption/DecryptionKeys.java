package io.crius.image.encryption;

import io.crius.image.encryption.envelope.OpenPgpSecrets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The node's private keys, as they were when somebody looked.
 *
 * @param folder where they are from
 */
record DecryptionKeys(Path folder, List<PrivateKey> privateKeys, List<OpenPgpSecrets> openPgp) {
    DecryptionKeys {
        privateKeys = List.copyOf(privateKeys);
        openPgp = List.copyOf(openPgp);
    }

    static DecryptionKeys of(Path folder, List<KeyFile> files) {
        List<PrivateKey> privateKeys = new ArrayList<>();
        List<OpenPgpSecrets> openPgp = new ArrayList<>();
        for (KeyFile file : files) {
            switch (file) {
                case KeyFile.Asymmetric asymmetric -> privateKeys.add(asymmetric.key());
                case KeyFile.OpenPgp secrets -> openPgp.add(secrets.keys());
                case KeyFile.Certificate _ -> {}
            }
        }
        return new DecryptionKeys(folder, privateKeys, openPgp);
    }

    int size() {
        return privateKeys.size()
                + openPgp.stream().mapToInt(OpenPgpSecrets::size).sum();
    }

    /** How many there are, and where. */
    @Override
    public String toString() {
        return (size() == 1 ? "1 key in " : size() + " keys in ") + folder;
    }
}
