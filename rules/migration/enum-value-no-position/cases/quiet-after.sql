alter type mood add value 'happy' after 'ok';
