package example;

import io.zrs.database.BTree;
import io.zrs.database.Blob;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PersistentObject;
import io.zrs.storage.Storages;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prints what is in the database of a Python site. */
final class People {
    private People() {}

    static void print(String uri, PrintStream out) throws IOException {
        try (Database database = Database.open(Storages.open(uri));
                Connection connection = database.open()) {
            PersistentObject person = connection.root().get("person", PersistentObject.class);
            out.println(person + ": " + person.get("name") + ", friends: " + person.get("friends"));
            BTree catalog = connection.root().get("oob", BTree.class);
            out.println(catalog.subMap("key00500", "key00503") + " of " + catalog.size());
            Blob blob = connection.root().get("blob", Blob.class);
            out.print(new String(blob.openStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
